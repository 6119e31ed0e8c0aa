package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.pki.Applicant;
import dev.millwright.pki.Certificates;
import dev.millwright.pki.Check;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import dev.millwright.settings.Secret;
import dev.millwright.simulator.OpcUaPlant;
import dev.millwright.simulator.PlantSecurity;
import dev.millwright.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfigBuilder;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FIELD 10: a link is secure from the start, and says what to do where that keeps it down. */
class SecuredLinkTest {

  private static final String MACHINE = "PRESS-01";
  private static final String SERVER_URI = "urn:millwright:simulator";
  private static final String PASSWORD = "secret-äö";

  private static KeyPair serverKeys;
  private static TestCertificate client;
  private static TestCertificate server;

  @TempDir Path folder;

  private Pki ours;
  private Pki theirs;
  private OpcUaPlant plant;

  @BeforeAll
  static void makeCertificates() throws Exception {
    serverKeys = TestCertificate.keys(2048);
    server = serverCertificate().make(serverKeys);
    client =
        TestCertificate.of("Client")
            .uri("urn:client")
            .purpose(KeyPurposeId.id_kp_clientAuth)
            .make();
  }

  @BeforeEach
  void makeFolders() throws Exception {
    ours = pki("ours");
    theirs = pki("theirs");
    client.installIn(ours.folder());
    server.installIn(theirs.folder());
    ours.own();
    theirs.own();
  }

  @AfterEach
  void stop() {
    if (plant != null) {
      plant.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Basic256Sha256,",
    "Aes128_Sha256_RsaOaep,",
    "Aes256_Sha256_RsaPss,",
    "Basic256Sha256, SIGN",
    "Aes256_Sha256_RsaPss, SIGN",
    "None,"
  })
  void eachPolicyConnects(String policy, OpcUaSecurity.Mode mode) throws Exception {
    introduce();
    start(null);
    connects(settings(policy, mode, null, null, false));
  }

  /** The way of a new user: refused, told what to run, connected at the next attempt. */
  @Test
  void aNewServerIsRefusedUntilItIsAccepted() throws Exception {
    theirs.trust(client.certificate());
    start(null);
    OpcUaLink link = link(settings());
    String thumbprint = Certificates.thumbprint(server.certificate());
    assertEquals(
        plant.endpoint()
            + ": the server's certificate is refused: not trusted. Subject O=Test,CN=Server,"
            + " thumbprint "
            + thumbprint
            + ". If that is the thumbprint that the server shows of itself: millwright trust accept "
            + thumbprint.substring(0, 12),
        refusal(link));
    assertEquals("not trusted", ours.rejected().get(0).why().get(plant.endpoint()));
    // As the command does, in a process of its own.
    pki("ours").accept(thumbprint.substring(0, 12));
    connects(link);
    assertEquals(List.of(), ours.rejected());
  }

  @Test
  void aReplacedServerCertificateIsRefusedAgainUntilItIsAccepted() throws Exception {
    introduce();
    start(null);
    OpcUaLink link = link(settings());
    connects(link);
    TestCertificate replaced = serverCertificate().make(serverKeys);
    replaced.installIn(theirs.folder());
    plant.stop();
    plant.start();
    assertTrue(refusal(link).contains("refused: not trusted. "));
    ours.accept(Certificates.thumbprint(replaced.certificate()));
    connects(link);
  }

  @Test
  void aServerThatIsTrustedNoMoreIsRefused() throws Exception {
    introduce();
    start(null);
    OpcUaLink link = link(settings());
    connects(link);
    ours.reject(Certificates.thumbprint(server.certificate()));
    assertTrue(refusal(link).contains("refused: not trusted. "));
  }

  @Test
  void anExpiredCertificateIsRefusedUnlessThatIsWrittenOut() throws Exception {
    Instant then = Instant.ofEpochSecond(1_000_000_000);
    use(serverCertificate().valid(then.minusSeconds(99), then).make(serverKeys));
    String why = refusal(link(settings()));
    assertTrue(why.contains("refused: validity (expired on 2001-09-09). Subject "), why);
    assertTrue(
        why.endsWith(
            ". Give the server a better certificate, or write tolerate = [\"validity\"] if that is"
                + " as it should be"),
        why);
    connects(tolerating(Check.VALIDITY));
  }

  @Test
  void aCertificateThatExpiresSoonIsToldBeforehand() throws Exception {
    Instant now = Instant.now();
    use(
        serverCertificate()
            .valid(now.minus(Duration.ofDays(9)), now.plus(Duration.ofDays(9)))
            .make(serverKeys));
    List<String> notices = new ArrayList<>();
    try (OpcUaLink link = link(settings(), notices)) {
      link.open();
      link.observe(Duration.ofSeconds(8));
      link.observe(Duration.ZERO);
    }
    assertEquals(1, notices.size(), notices.toString());
    assertTrue(
        notices.get(0).startsWith(plant.endpoint() + ": the server's certificate expires on "),
        notices.get(0));
    assertTrue(notices.get(0).endsWith(", in 8 days; renew it on the server"), notices.get(0));
  }

  @Test
  void anotherHostsCertificateIsRefusedUnlessThatIsWrittenOut() throws Exception {
    use(TestCertificate.of("Server").uri(SERVER_URI).ip("10.0.0.7").make(serverKeys));
    String why = refusal(link(settings()));
    assertTrue(
        why.contains("refused: host name (127.0.0.1 is not among its names: 10.0.0.7). "), why);
    connects(tolerating(Check.HOST_NAME));
  }

  @Test
  void aCertificateForAnotherUseIsRefused() throws Exception {
    use(serverCertificate().purpose(KeyPurposeId.id_kp_clientAuth).make(serverKeys));
    String why = refusal(link(settings()));
    assertTrue(why.contains("refused: key usage (not for servers). "), why);
  }

  @Test
  void aCertificateOfAnotherApplicationIsRefused() throws Exception {
    use(TestCertificate.of("Server").uri("urn:other").ip("127.0.0.1").make(serverKeys));
    String why = refusal(link(settings()));
    assertTrue(
        why.contains(
            "refused: application URI (it is for urn:other, presented by " + SERVER_URI + "). "),
        why);
    assertTrue(why.endsWith(". Give the server a better certificate"), why);
  }

  @Test
  void aRevokedCertificateIsRefused() throws Exception {
    TestCertificate root = TestCertificate.of("Root").authority().make();
    TestCertificate issued = serverCertificate().issuedBy(root).make(serverKeys);
    use(issued);
    ours.trust(root.certificate());
    Files.write(
        ours.folder().resolve("issuers/root.crl"),
        root.revoking(issued.certificate()).getEncoded());
    String why = refusal(link(settings()));
    assertTrue(why.contains("refused: revoked (by O=Test,CN=Root). "), why);
  }

  @Test
  void aServerOfAnIssuerThatNobodyKnowsIsRefused() throws Exception {
    TestCertificate root = TestCertificate.of("Root").authority().make();
    use(serverCertificate().issuedBy(root).make(serverKeys));
    String why = refusal(link(settings()));
    assertTrue(why.contains("refused: unknown issuer (O=Test,CN=Root; put its certificate"), why);
  }

  @Test
  void aServerWhoseSignatureIsForgedIsRefused() throws Exception {
    TestCertificate forger = TestCertificate.of("Root").authority().make();
    use(serverCertificate().issuedBy(forger).make(serverKeys));
    ours.trust(TestCertificate.of("Root").authority().make().certificate());
    String why = refusal(link(settings()));
    assertTrue(
        why.contains("refused: signature (O=Test,CN=Server was not signed by the issuer that it"),
        why);
  }

  /** Milo 1.1.2 validates nothing unless it is told to: with what the channel itself presents. */
  @Test
  void theLibraryAsksTheTrustListAsWell() throws Exception {
    introduce();
    start(null);
    EndpointDescription endpoint =
        DiscoveryClient.getEndpoints(plant.endpoint()).get(8, TimeUnit.SECONDS).stream()
            .filter(each -> each.getSecurityMode() == MessageSecurityMode.SignAndEncrypt)
            .findFirst()
            .get();
    OpcUaClientConfigBuilder client = OpcUaClientConfig.builder().setEndpoint(endpoint);
    new ClientSecurity(settings(), ours).configure(client, endpoint);
    CertificateValidator validator = client.build().getCertificateValidator();
    List<X509Certificate> presented = List.of(server.certificate());
    validator.validateCertificateChain(presented, null, null);
    // OPC 10000-4, 6.1.3: a server that says not which application it is escapes no check.
    String[] hosts = {"127.0.0.1"};
    ServerRefused nameless =
        assertThrows(
            ServerRefused.class, () -> validator.validateCertificateChain(presented, null, hosts));
    assertTrue(nameless.getMessage().contains("refused: application URI ("));
    ours.reject(Certificates.thumbprint(server.certificate()));
    ServerRefused refused =
        assertThrows(
            ServerRefused.class, () -> validator.validateCertificateChain(presented, null, null));
    assertTrue(refused.getMessage().contains("refused: not trusted. "), refused.getMessage());
  }

  @Test
  void aServerThatDoesNotTrustThisSideIsSaidWithWhatToDo() throws Exception {
    ours.trust(server.certificate());
    start(null);
    String why = refusal(link(settings()));
    assertTrue(why.contains("opening a session: "), why);
    assertTrue(why.endsWith("daemon's certificate? See: millwright trust own"), why);
    assertEquals(client.certificate(), theirs.rejected().get(0).certificate());
    theirs.accept(Certificates.thumbprint(client.certificate()));
    connects(settings());
  }

  @Test
  void aServerWithoutSecurityIsRefusedWhereNothingIsWritten() throws Exception {
    plant = new OpcUaPlant("127.0.0.1", 0, List.of(MACHINE), PlantSecurity.NONE);
    plant.start();
    assertEquals(
        plant.endpoint()
            + ": endpoint offers no SecurityPolicy Basic256Sha256 with SignAndEncrypt; it offers"
            + " None",
        refusal(link(settings())));
  }

  @Test
  void aUserWithAPasswordIsLetInAndAnotherPasswordIsNot() throws Exception {
    introduce();
    start("operator");
    connects(settings("Basic256Sha256", null, "operator", PASSWORD, false));
    String why = refusal(link(settings("Basic256Sha256", null, "operator", "wrong", false)));
    assertTrue(
        why.endsWith(
            "; does the server know this user, and is the password or the certificate" + " right?"),
        why);
    assertFalse(why.contains("wrong"), why);
    String anonymous = refusal(link(settings()));
    assertTrue(anonymous.contains("endpoint takes no anonymous users; it takes users with a"), why);
  }

  @Test
  void aPasswordGoesOverAnUnencryptedLinkOnlyWhereThatIsWrittenOut() throws Exception {
    start("operator");
    String why = refusal(link(settings("None", null, "operator", PASSWORD, false)));
    assertTrue(why.contains(": the password of user \"operator\" would be sent unencrypted"), why);
    connects(settings("None", null, "operator", PASSWORD, true));
  }

  @Test
  void aUserWithACertificateProvesItsKey() throws Exception {
    introduce();
    TestCertificate user = TestCertificate.of("Operator").make();
    start("operator");
    OpcUaSettings settings = certified(user);
    assertTrue(refusal(link(settings)).contains("does the server know this user"));
    theirs.trust(user.certificate());
    connects(settings);
  }

  /** Whoever may log in here could pass for the daemon, at every machine. */
  @Test
  void anOwnKeyThatOthersMayReadKeepsTheLinkDown() throws Exception {
    introduce();
    start(null);
    Path key = ours.folder().resolve("own/private-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(
        refusal(link(settings()))
            .startsWith(
                plant.endpoint()
                    + ": this daemon's own certificate: "
                    + key
                    + " can be used by others (rw-r--r--)"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, "");
    assertTrue(refusal(link(settings())).contains(" cannot be used: there is no block"));
  }

  private static TestCertificate.Recipe serverCertificate() {
    return TestCertificate.of("Server").uri(SERVER_URI).ip("127.0.0.1");
  }

  private Pki pki(String name) {
    return new Pki(
        folder.resolve(name),
        new Applicant("Test", "urn:test", List.of("localhost")),
        InstantSource.system());
  }

  private void introduce() throws PkiException {
    ours.trust(server.certificate());
    theirs.trust(client.certificate());
  }

  private void start(String user) throws Exception {
    Secret password = user == null ? null : new Secret(PASSWORD);
    plant =
        new OpcUaPlant("127.0.0.1", 0, List.of(MACHINE), new PlantSecurity(theirs, user, password));
    plant.start();
  }

  /** FIELD 10: whoever rejects a server means it at once, not when the link breaks next. */
  @Test
  void anOpenSessionEndsSoonAfterItsServerWasRejected() throws Exception {
    introduce();
    start(null);
    try (OpcUaLink link = link(settings())) {
      link.open();
      String thumbprint = Certificates.thumbprint(server.certificate());
      ours.reject(thumbprint);
      long limit = System.nanoTime() + Duration.ofSeconds(40).toNanos();
      LinkException ended =
          assertThrows(
              LinkException.class,
              () -> {
                while (System.nanoTime() - limit < 0) {
                  link.observe(Duration.ofMillis(200));
                }
              });
      assertTrue(ended.getMessage().contains("not trusted"), ended.getMessage());
      assertThrows(LinkException.class, link::open);
      ours.accept(thumbprint);
      link.open();
    }
  }

  /** Starts the server with this certificate, which is trusted. */
  private void use(TestCertificate other) throws Exception {
    other.installIn(theirs.folder());
    introduce();
    ours.trust(other.certificate());
    start(null);
  }

  private OpcUaSettings settings() {
    return settings(null, null, null, null, false);
  }

  private OpcUaSettings settings(
      String policy, OpcUaSecurity.Mode mode, String user, String password, boolean plain) {
    return new OpcUaSettings(
        plant.endpoint(),
        policy,
        null,
        null,
        null,
        null,
        null,
        Duration.ofSeconds(8),
        mode,
        user,
        password == null ? null : new Secret(password),
        null,
        null,
        plain,
        List.of());
  }

  private OpcUaSettings tolerating(Check check) {
    return new OpcUaSettings(
        plant.endpoint(),
        null,
        null,
        null,
        null,
        null,
        null,
        Duration.ofSeconds(8),
        null,
        null,
        null,
        null,
        null,
        false,
        List.of(check));
  }

  private OpcUaSettings certified(TestCertificate user) throws Exception {
    return new OpcUaSettings(
        plant.endpoint(),
        null,
        null,
        null,
        null,
        null,
        null,
        Duration.ofSeconds(8),
        null,
        null,
        null,
        new Secret(user.certificatePem()),
        new Secret(user.keyPem()),
        false,
        List.of());
  }

  private OpcUaLink link(OpcUaSettings settings) {
    return link(settings, new ArrayList<>());
  }

  private OpcUaLink link(OpcUaSettings settings, List<String> notices) {
    OpcUaTag state = new OpcUaTag("state", "nsu=urn:millwright:plant;s=" + MACHINE + "/State");
    return new OpcUaLink(
        settings,
        ours,
        List.of(new OpcUaMachine(MACHINE, Duration.ofSeconds(30), List.of(state))),
        notices::add);
  }

  private void connects(OpcUaSettings settings) throws Exception {
    connects(link(settings));
  }

  private static void connects(OpcUaLink link) throws Exception {
    try (link) {
      link.open();
      assertEquals("0", link.observe(Duration.ofSeconds(8)).get(0).values().get("state").text());
    }
  }

  private static String refusal(OpcUaLink link) {
    try (link) {
      return assertThrows(LinkException.class, link::open).getMessage();
    }
  }
}
