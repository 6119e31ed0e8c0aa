package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millwright.device.LinkException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.junit.jupiter.api.Test;

/** FIELD 10: a mismatch is said with what there is instead. */
class EndpointsTest {

  private static final String CONFIGURED = "opc.tcp://10.0.0.5:4841";

  @Test
  void theAddressThatWasConfiguredIsUsedWithThePathThatTheServerGave() throws Exception {
    assertEquals(
        "opc.tcp://10.0.0.5:4841/plc",
        Endpoints.choose(
                CONFIGURED,
                offer(SecurityPolicy.Basic256Sha256, UserTokenType.Anonymous),
                offer(SecurityPolicy.None, UserTokenType.Anonymous))
            .getEndpointUrl());
  }

  @Test
  void otherPoliciesAreNamed() {
    assertEquals(
        CONFIGURED
            + ": endpoint offers no SecurityPolicy None; it offers Basic256Sha256,"
            + " Aes128_Sha256_RsaOaep",
        mistake(
            offer(SecurityPolicy.Basic256Sha256, UserTokenType.Anonymous),
            offer(SecurityPolicy.Aes128_Sha256_RsaOaep, UserTokenType.Anonymous)));
    assertEquals(
        CONFIGURED + ": endpoint offers no SecurityPolicy None; it offers none at all", mistake());
  }

  @Test
  void otherKindsOfUserAreNamed() {
    assertEquals(
        CONFIGURED + ": endpoint takes no anonymous users; it takes UserName",
        mistake(offer(SecurityPolicy.None, UserTokenType.UserName)));
  }

  private static String mistake(EndpointDescription... offered) {
    return assertThrows(LinkException.class, () -> Endpoints.choose(CONFIGURED, offered))
        .getMessage();
  }

  private static EndpointDescription offer(SecurityPolicy policy, UserTokenType user) {
    return new EndpointDescription(
        "opc.tcp://plc.factory.local:4840/plc",
        null,
        null,
        MessageSecurityMode.None,
        policy.getUri(),
        new UserTokenPolicy[] {new UserTokenPolicy("any", user, null, null, null)},
        null,
        Unsigned.ubyte(0));
  }
}
