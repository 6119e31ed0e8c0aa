package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.settings.Secret;
import java.util.List;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.junit.jupiter.api.Test;

/** FIELD 10: a mismatch is said with what there is instead, and nothing less is ever taken. */
class EndpointsTest {

  private static final String CONFIGURED = "opc.tcp://10.0.0.5:4841";
  private static final UserTokenPolicy ANYBODY = token(UserTokenType.Anonymous, null);

  @Test
  void theAddressThatWasConfiguredIsUsedWithThePathThatTheServerGave() throws Exception {
    assertEquals(
        "opc.tcp://10.0.0.5:4841/plc",
        Endpoints.choose(
                settings("None"), offer(SecurityPolicy.Basic256Sha256, ANYBODY), none(ANYBODY))
            .getEndpointUrl());
  }

  @Test
  void theConfiguredPolicyAndModeAreChosenNotTheFirst() throws Exception {
    EndpointDescription chosen =
        Endpoints.choose(
            settings(null),
            none(ANYBODY),
            offer(SecurityPolicy.Basic256Sha256, MessageSecurityMode.Sign, ANYBODY),
            offer(SecurityPolicy.Aes256_Sha256_RsaPss, ANYBODY),
            offer(SecurityPolicy.Basic256Sha256, ANYBODY));
    assertEquals(SecurityPolicy.Basic256Sha256.getUri(), chosen.getSecurityPolicyUri());
    assertEquals(MessageSecurityMode.SignAndEncrypt, chosen.getSecurityMode());
  }

  /** Somebody between the two may have taken the better ones out of the list. */
  @Test
  void aServerThatOffersOnlyLessIsRefused() {
    assertEquals(
        CONFIGURED
            + ": endpoint offers no SecurityPolicy Basic256Sha256 with SignAndEncrypt; it offers"
            + " None, Basic256Sha256 with Sign, Basic256 with SignAndEncrypt",
        mistake(
            settings(null),
            none(ANYBODY),
            offer(SecurityPolicy.Basic256Sha256, MessageSecurityMode.Sign, ANYBODY),
            offer(SecurityPolicy.Basic256, ANYBODY)));
  }

  @Test
  void otherPoliciesAreNamed() {
    assertEquals(
        CONFIGURED
            + ": endpoint offers no SecurityPolicy None; it offers Basic256Sha256 with"
            + " SignAndEncrypt, Aes128_Sha256_RsaOaep with SignAndEncrypt",
        mistake(
            settings("None"),
            offer(SecurityPolicy.Basic256Sha256, ANYBODY),
            offer(SecurityPolicy.Aes128_Sha256_RsaOaep, ANYBODY)));
    assertEquals(
        CONFIGURED + ": endpoint offers no SecurityPolicy None; it offers none at all",
        mistake(settings("None")));
  }

  @Test
  void otherKindsOfUserAreNamed() {
    assertEquals(
        CONFIGURED + ": endpoint takes no anonymous users; it takes users with a password",
        mistake(settings("None"), none(token(UserTokenType.UserName, null))));
    assertEquals(
        CONFIGURED + ": endpoint takes no users with a password; it takes anonymous users",
        mistake(user("None", null, false), none(ANYBODY)));
  }

  @Test
  void aPasswordIsNotSentUnencryptedUnlessSomebodyHasWrittenThatOut() throws Exception {
    UserTokenPolicy plain = token(UserTokenType.UserName, SecurityPolicy.None);
    String why = mistake(user("None", null, false), none(plain));
    assertTrue(why.startsWith(CONFIGURED + ": the password of user \"u\" would be sent"), why);
    assertTrue(why.endsWith("or write out plain_password = true"), why);
    assertEquals(plain, chosen(user("None", null, true), none(plain)));
  }

  /** A link that only signs shows the password to everybody as well. */
  @Test
  void aSignedLinkDoesNotEncryptThePassword() throws Exception {
    UserTokenPolicy plain = token(UserTokenType.UserName, SecurityPolicy.None);
    EndpointDescription signed =
        offer(SecurityPolicy.Basic256Sha256, MessageSecurityMode.Sign, plain);
    String why = mistake(user(null, OpcUaSecurity.Mode.SIGN, false), signed);
    assertTrue(why.contains(" would be sent unencrypted"), why);
    assertEquals(
        plain, chosen(user(null, null, false), offer(SecurityPolicy.Basic256Sha256, plain)));
  }

  @Test
  void ofSeveralWaysToSendThePasswordTheEncryptedOneIsChosen() throws Exception {
    UserTokenPolicy plain = token(UserTokenType.UserName, SecurityPolicy.None);
    UserTokenPolicy old = token(UserTokenType.UserName, SecurityPolicy.Basic128Rsa15);
    UserTokenPolicy good = token(UserTokenType.UserName, SecurityPolicy.Basic256Sha256);
    assertEquals(good, chosen(user("None", null, true), none(plain, old, good)));
    assertEquals(good, chosen(user("None", null, false), none(plain, old, good)));
  }

  /** Deprecated ones can be decrypted by trial: OPC 10000-7 took them back for that. */
  @Test
  void aPasswordIsNotTrustedToADeprecatedPolicy() {
    UserTokenPolicy old = token(UserTokenType.UserName, SecurityPolicy.Basic128Rsa15);
    String why = mistake(user("None", null, false), none(old));
    assertTrue(why.contains(" would be sent unencrypted"), why);
  }

  private static String mistake(OpcUaSettings settings, EndpointDescription... offered) {
    return assertThrows(LinkException.class, () -> Endpoints.choose(settings, offered))
        .getMessage();
  }

  private static UserTokenPolicy chosen(OpcUaSettings settings, EndpointDescription offered)
      throws LinkException {
    UserTokenPolicy[] tokens = Endpoints.choose(settings, offered).getUserIdentityTokens();
    assertEquals(1, tokens.length);
    return tokens[0];
  }

  private static OpcUaSettings settings(String security) {
    return new OpcUaSettings(CONFIGURED, security, null, null, null, null, null, null);
  }

  private static OpcUaSettings user(String security, OpcUaSecurity.Mode mode, boolean plain) {
    return new OpcUaSettings(
        CONFIGURED,
        security,
        null,
        null,
        null,
        null,
        null,
        null,
        mode,
        "u",
        new Secret("p"),
        null,
        null,
        plain,
        List.of());
  }

  private static UserTokenPolicy token(UserTokenType type, SecurityPolicy policy) {
    return new UserTokenPolicy("any", type, null, null, policy == null ? null : policy.getUri());
  }

  private static EndpointDescription none(UserTokenPolicy... users) {
    return offer(SecurityPolicy.None, MessageSecurityMode.None, users);
  }

  private static EndpointDescription offer(SecurityPolicy policy, UserTokenPolicy... users) {
    return offer(policy, MessageSecurityMode.SignAndEncrypt, users);
  }

  private static EndpointDescription offer(
      SecurityPolicy policy, MessageSecurityMode mode, UserTokenPolicy... users) {
    return new EndpointDescription(
        "opc.tcp://plc.factory.local:4840/plc",
        null,
        null,
        mode,
        policy.getUri(),
        users,
        null,
        Unsigned.ubyte(0));
  }
}
