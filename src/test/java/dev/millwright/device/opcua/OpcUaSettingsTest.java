package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.pki.Check;
import dev.millwright.settings.Secret;
import dev.millwright.testing.TestCertificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes in a machine's file are said with the key, the value and the limit. */
class OpcUaSettingsTest {

  private static final String ENDPOINT = "opc.tcp://10.0.0.5:4840";

  @Test
  void defaultsAreThoseOfTheReferencePage() {
    assertEquals(
        new OpcUaSettings(
            ENDPOINT,
            "None",
            OpcUaSettings.Mode.SUBSCRIBE,
            Duration.ofMillis(250),
            Duration.ofMillis(100),
            50,
            Duration.ofSeconds(1),
            Duration.ofSeconds(5)),
        endpoint(ENDPOINT));
  }

  /** FIELD 10: no security is a choice that somebody has made, never one that nobody has made. */
  @Test
  void whereNothingIsWrittenTheLinkIsSignedAndEncrypted() {
    OpcUaSecurity security = security(null).secured();
    assertEquals(SecurityPolicy.Basic256Sha256, security.policy());
    assertEquals(MessageSecurityMode.SignAndEncrypt, security.mode());
    assertEquals(UserTokenType.Anonymous, security.tokenType());
    assertTrue(security("None").secured().isNone());
  }

  @Test
  void aPolicyThatIsNoneOrNoLongerIsSaysWhy() {
    assertEquals(
        "security: \"Basic256\" is deprecated since OPC UA 1.04, as it rests on SHA-1; it is not used"
            + " here. Let the server offer Basic256Sha256",
        mistake(() -> security("Basic256")));
    assertTrue(mistake(() -> security("Basic128Rsa15")).contains(" is deprecated since"));
    assertEquals(
        "security: \"none\" is not one of Basic256Sha256, Aes128_Sha256_RsaOaep,"
            + " Aes256_Sha256_RsaPss, None; did you mean \"None\"?",
        mistake(() -> security("none")));
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws Exception {
    Secret secret = new Secret("p");
    assertEquals(
        "security_mode: security = \"None\" has no mode; leave the key out",
        mistake(() -> user("None", OpcUaSecurity.Mode.SIGN, null, null, null, null, false)));
    assertEquals(
        "password: user \"u\" needs a password_file",
        mistake(() -> user(null, null, "u", null, null, null, false)));
    assertEquals(
        "user: whose is the password in password_file?",
        mistake(() -> user(null, null, null, secret, null, null, false)));
    assertEquals(
        "plain_password: there is no user whose password could be sent",
        mistake(() -> user(null, null, null, null, null, null, true)));
    TestCertificate user = TestCertificate.of("U").make();
    Secret certificate = new Secret(user.certificatePem());
    assertEquals(
        "user_key: the certificate in user_certificate_file needs its key, in user_key_file",
        mistake(() -> user(null, null, null, null, certificate, null, false)));
    String both =
        mistake(() -> user(null, null, "u", secret, certificate, new Secret(user.keyPem()), false));
    assertTrue(both.startsWith("user: there is a user_certificate_file as well"), both);
  }

  /** Found by millwright check, not by the first connection at night. */
  @Test
  void aUsersCertificateAndKeyAreReadWithTheFile() throws Exception {
    TestCertificate user = TestCertificate.of("U").make();
    Secret certificate = new Secret(user.certificatePem());
    Secret other = new Secret(TestCertificate.of("V").make().keyPem());
    assertEquals(
        UserTokenType.Certificate,
        user(null, null, null, null, certificate, new Secret(user.keyPem()), false)
            .secured()
            .tokenType());
    assertEquals(
        "user_key: it is not the key of the first certificate in user_certificate_file",
        mistake(() -> user(null, null, null, null, certificate, other, false)));
    assertEquals(
        "user_certificate: there is no block \"BEGIN CERTIFICATE\" in it",
        mistake(() -> user(null, null, null, null, other, other, false)));
    assertEquals(
        "user_key: there is no block \"BEGIN PRIVATE KEY\" in it",
        mistake(() -> user(null, null, null, null, certificate, certificate, false)));
  }

  @Test
  void onlyTheChecksThatTheStandardLetsFailMayBeTolerated() {
    assertEquals(
        "tolerate: \"trust\" must not fail; only these may: validity, host-name, key-usage,"
            + " key-strength, revocation-list",
        mistake(() -> tolerating(Check.TRUST, Check.HOST_NAME)));
    assertEquals(
        Set.of(Check.HOST_NAME, Check.VALIDITY),
        tolerating(Check.HOST_NAME, Check.VALIDITY).secured().tolerate());
  }

  /** Messages and logs show settings. */
  @Test
  void thePasswordIsNotShown() {
    OpcUaSettings settings = user(null, null, "u", new Secret("p4ss"), null, null, false);
    assertFalse(settings.toString().contains("p4ss"), settings.toString());
    assertFalse(settings.secured().toString().contains("p4ss"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.5:4840, does not begin with opc.tcp://",
    "10.0.0.5:4840, is not a URL",
    "opc.tcp://:4840, has no host name or address",
    "opc.tcp://plc:99999, has a port outside 1 to 65535",
    "opc.tcp://plc:x, has no host name or address",
  })
  void anEndpointThatIsNoneSaysWhy(String endpoint, String why) {
    String mistake = mistake(() -> endpoint(endpoint));
    assertTrue(mistake.startsWith("endpoint: \"" + endpoint + "\" " + why), mistake);
  }

  @ParameterizedTest
  @ValueSource(strings = {"opc.tcp://plc", "opc.tcp://[::1]:4840", "opc.tcp://10.0.0.5:4840/a/b"})
  void endpointsOfEveryFormAreTaken(String endpoint) {
    assertDoesNotThrow(() -> endpoint(endpoint));
  }

  /** FIELD 4: two spellings of one server must not become two sessions. */
  @ParameterizedTest
  @ValueSource(strings = {"opc.tcp://plc", "OPC.TCP://PLC:4840", "opc.tcp://plc:4840/"})
  void endpointsThatAreOneAreSpeltInOneWay(String endpoint) {
    assertEquals("opc.tcp://plc:4840", endpoint(endpoint).endpoint());
  }

  @Test
  void limitsAreNamed() {
    assertEquals("publishing: 5ms is outside 10ms to 1m", mistake(() -> times(5, 1, 50)));
    assertEquals("sampling: 61s is outside 0ms to 1m", mistake(() -> times(250, 61_000, 50)));
    assertEquals("queue_size: 1 is outside 2 to 10000", mistake(() -> times(250, 100, 1)));
    assertDoesNotThrow(() -> times(1000, 0, 2));
  }

  /** FIELD 8: such a queue could not hold what it is for. */
  @Test
  void aQueueThatDoesNotLastForAPublishingIntervalIsRefused() {
    assertEquals(
        "queue_size: 2 samples of 100ms do not last for the publishing interval of 1s",
        mistake(() -> times(1000, 100, 2)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nsu=urn:press;s=State",
        "ns=2;s=a=b;c",
        "i=2258",
        "ns=3;i=7",
        "ns=1;b=AQID",
        "ns=2;g=09087e75-8e5e-499b-954f-f2a9603db28a"
      })
  void nodeIdsOfEveryFormAreTaken(String node) {
    assertDoesNotThrow(() -> new OpcUaTag("state", node));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "State", "ns=2", "ns=x;s=State", "ns=2;i=State", "ns=2;g=1", "nsu=;"})
  void whatIsNoNodeIdIsRefused(String node) {
    String mistake = mistake(() -> new OpcUaTag("state", node));
    assertTrue(mistake.startsWith("node: \"" + node + "\" is not a node id; it looks"), mistake);
  }

  @Test
  void aMachineNeedsTagsOnceAndAStalenessLimit() {
    OpcUaTag tag = new OpcUaTag("state", "i=1");
    Duration second = Duration.ofSeconds(1);
    assertEquals(
        "tags: P has none to read", mistake(() -> new OpcUaMachine("P", second, List.of())));
    assertEquals(
        "tags: P has \"state\" twice",
        mistake(() -> new OpcUaMachine("P", second, List.of(tag, tag))));
    assertEquals(
        "stale_after: 0ms is not more than zero",
        mistake(() -> new OpcUaMachine("P", Duration.ZERO, List.of(tag))));
  }

  private static OpcUaSettings endpoint(String endpoint) {
    return new OpcUaSettings(endpoint, "None", null, null, null, null, null, null);
  }

  private static OpcUaSettings security(String security) {
    return new OpcUaSettings(ENDPOINT, security, null, null, null, null, null, null);
  }

  private static OpcUaSettings user(
      String security,
      OpcUaSecurity.Mode mode,
      String user,
      Secret password,
      Secret certificate,
      Secret key,
      boolean plain) {
    return new OpcUaSettings(
        ENDPOINT,
        security,
        null,
        null,
        null,
        null,
        null,
        null,
        mode,
        user,
        password,
        certificate,
        key,
        plain,
        List.of());
  }

  private static OpcUaSettings tolerating(Check... checks) {
    return new OpcUaSettings(
        ENDPOINT,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        false,
        List.of(checks));
  }

  private static OpcUaSettings times(long publishing, long sampling, int queue) {
    return new OpcUaSettings(
        ENDPOINT,
        "None",
        null,
        Duration.ofMillis(publishing),
        Duration.ofMillis(sampling),
        queue,
        null,
        null);
  }

  private static String mistake(Executable what) {
    return assertThrows(IllegalArgumentException.class, what).getMessage();
  }
}
