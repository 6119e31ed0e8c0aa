package dev.millwright.device.opcua;

import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.sdk.client.UaSession;
import org.eclipse.milo.opcua.sdk.client.identity.SignedIdentityToken;
import org.eclipse.milo.opcua.stack.core.security.SecurityAlgorithm;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.structured.ActivateSessionRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.CloseSessionRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.RequestHeader;
import org.eclipse.milo.opcua.stack.core.types.structured.SignatureData;
import org.eclipse.milo.opcua.stack.core.types.structured.SignedSoftwareCertificate;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.SignatureUtil;
import org.eclipse.milo.opcua.stack.core.util.Unit;
import org.eclipse.milo.opcua.stack.transport.client.ClientApplicationContext;
import org.eclipse.milo.opcua.stack.transport.client.OpcClientTransport;

/**
 * Ends a session that was cut off, before the next one is opened: the server would keep it until
 * its time-out, and a link that breaks often would take all its places (FIELD 4). A session can be
 * closed only over the channel that it is bound to, so it is activated on the new channel first
 * (OPC 10000-4, 5.7.3 and 5.7.4).
 */
final class Farewell {

  private final NodeId token;
  private final ByteString nonce;
  private volatile boolean answered;

  Farewell(UaSession session) {
    token = session.getAuthenticationToken();
    nonce = session.getServerNonce();
  }

  /** Whether the server has said that the session is closed, or that it does not know it. */
  boolean isAnswered() {
    return answered;
  }

  /** Says it, within the limit; completes normally, whatever the server makes of it. */
  CompletableFuture<Unit> say(
      OpcClientTransport transport,
      ClientApplicationContext application,
      OpcUaClientConfig config,
      Duration limit) {
    UInteger hint = UInteger.valueOf(limit.toMillis());
    CompletableFuture<?> said;
    try {
      said =
          transport
              .sendRequestMessage(activation(application, config, hint))
              .thenCompose(
                  activated ->
                      transport.sendRequestMessage(new CloseSessionRequest(header(hint), true)));
    } catch (Exception e) {
      // Its identity cannot be shown any more, such as a password file that is gone.
      return CompletableFuture.completedFuture(Unit.VALUE);
    }
    return said.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (closed, refusal) -> {
              answered = refusal == null || Words.isRefusal(refusal);
              return Unit.VALUE;
            });
  }

  private ActivateSessionRequest activation(
      ClientApplicationContext application, OpcUaClientConfig config, UInteger hint)
      throws Exception {
    SignedIdentityToken identity =
        config.getIdentityProvider().getIdentityToken(config.getEndpoint(), nonce);
    return new ActivateSessionRequest(
        header(hint),
        signature(config),
        new SignedSoftwareCertificate[0],
        config.getSessionLocaleIds(),
        ExtensionObject.encode(application.getEncodingContext(), identity.getToken()),
        identity.getSignature());
  }

  /** The server's certificate and its last nonce, signed (OPC 10000-4, 5.7.3.2). */
  private SignatureData signature(OpcUaClientConfig config) throws Exception {
    EndpointDescription endpoint = config.getEndpoint();
    SecurityPolicy policy = SecurityPolicy.fromUri(endpoint.getSecurityPolicyUri());
    if (policy == SecurityPolicy.None) {
      return new SignatureData(null, null);
    }
    byte[] certificate =
        CertificateUtil.decodeCertificates(endpoint.getServerCertificate().bytesOrEmpty())
            .get(0)
            .getEncoded();
    byte[] last = nonce.bytesOrEmpty();
    ByteBuffer data = ByteBuffer.allocate(certificate.length + last.length);
    data.put(certificate).put(last).flip();
    SecurityAlgorithm algorithm = policy.getAsymmetricSignatureAlgorithm();
    PrivateKey key = config.getKeyPair().orElseThrow().getPrivate();
    return new SignatureData(
        algorithm.getUri(), ByteString.of(SignatureUtil.sign(algorithm, key, data)));
  }

  private RequestHeader header(UInteger hint) {
    return new RequestHeader(
        token, DateTime.now(), UInteger.valueOf(1), UInteger.valueOf(0), null, hint, null);
  }
}
