package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.pki.Algorithms;
import dev.millwright.pki.ApplicationCertificate;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfigBuilder;
import org.eclipse.milo.opcua.sdk.client.identity.AnonymousProvider;
import org.eclipse.milo.opcua.sdk.client.identity.IdentityProvider;
import org.eclipse.milo.opcua.sdk.client.identity.UsernameProvider;
import org.eclipse.milo.opcua.sdk.client.identity.X509IdentityProvider;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;

/** Gives the library's client what it needs to be secure, which it is not by itself. */
final class ClientSecurity {

  /** What a client without a certificate calls itself. */
  private static final String UNSECURED_URI = "urn:millwright:client";

  /** The trust list is read each time. */
  private static final Duration JUDGED_EVERY = Duration.ofSeconds(2);

  private final String endpoint;
  private final OpcUaSecurity security;
  private final Pki pki;
  private final ServerValidator validator;

  /** Null until the first attempt with certificates. */
  private X509Certificate ownCertificate;

  /** The server's certificate first; as it was presented. */
  private List<X509Certificate> serverChain = List.of();

  /** When that was last judged, on the monotonic clock. */
  private long judged;

  /**
   * @param pki may be null where the settings need no certificates
   */
  ClientSecurity(OpcUaSettings settings, Pki pki) {
    endpoint = settings.endpoint();
    security = settings.secured();
    this.pki = pki;
    validator = pki == null ? null : new ServerValidator(endpoint, pki, security.tolerate());
    if (pki == null && needsPki()) {
      throw new IllegalArgumentException("pki: needed for " + settings);
    }
  }

  /**
   * Configures the client.
   *
   * @throws LinkException when one's own certificate cannot be used, or the server's is refused;
   *     nothing secret has been sent by then
   */
  void configure(OpcUaClientConfigBuilder client, EndpointDescription chosen) throws LinkException {
    client.setIdentityProvider(identity());
    if (security.isNone()) {
      client.setApplicationUri(UNSECURED_URI);
      return;
    }
    ApplicationCertificate own = own();
    ownCertificate = own.certificate();
    serverChain = requireTrusted(chosen);
    judged = System.nanoTime();
    if (security.policy() == SecurityPolicy.Aes256_Sha256_RsaPss) {
      Algorithms.add();
    }
    client
        .setApplicationUri(own.applicationUri())
        .setKeyPair(own.keyPair())
        .setCertificate(own.certificate())
        .setCertificateChain(new X509Certificate[] {own.certificate()})
        .setCertificateValidator(validator);
  }

  /**
   * Looks now and then whether the server that was let in is still believed.
   *
   * @throws LinkException when it is not
   */
  void requireStillTrusted() throws LinkException {
    long now = System.nanoTime();
    if (serverChain.isEmpty() || now - judged < JUDGED_EVERY.toNanos()) {
      return;
    }
    judged = now;
    String refused = validator.refusedSince(serverChain);
    if (refused != null) {
      throw new LinkException(endpoint + ": " + refused);
    }
  }

  /** Tells of certificates that expire soon, each once a day. */
  void remind(Consumer<String> notices) {
    remind(
        "this daemon's certificate",
        ownCertificate,
        "; move the folder own away for a new one, which each server then has to trust",
        notices);
    remind(
        "the server's certificate",
        serverChain.isEmpty() ? null : serverChain.get(0),
        "; renew it on the server",
        notices);
  }

  private void remind(
      String whose, X509Certificate certificate, String whatToDo, Consumer<String> notices) {
    String words = certificate == null ? null : pki.reminder(certificate);
    if (words != null) {
      notices.accept(whose + " " + words + whatToDo);
    }
  }

  /** Before the channel is opened: by then the library could only say that it was closed. */
  private List<X509Certificate> requireTrusted(EndpointDescription chosen) throws LinkException {
    try {
      List<X509Certificate> chain =
          CertificateUtil.decodeCertificates(chosen.getServerCertificate().bytesOrEmpty());
      if (chain.isEmpty()) {
        throw new LinkException(endpoint + ": the server presents no certificate");
      }
      validator.validateCertificateChain(
          chain,
          chosen.getServer().getApplicationUri(),
          new String[] {EndpointUtil.getHost(chosen.getEndpointUrl())});
      return chain;
    } catch (ServerRefused e) {
      throw new LinkException(endpoint + ": " + e.getMessage(), e);
    } catch (UaException e) {
      throw new LinkException(endpoint + ": the server's certificate cannot be read", e);
    }
  }

  private ApplicationCertificate own() throws LinkException {
    try {
      return pki.own();
    } catch (PkiException e) {
      throw new LinkException(endpoint + ": this daemon's own certificate: " + e.getMessage(), e);
    }
  }

  private IdentityProvider identity() {
    return switch (security.tokenType()) {
      case UserName ->
          new UsernameProvider(
              security.user(),
              () -> security.password().reveal().getBytes(StandardCharsets.UTF_8),
              validator);
      case Certificate -> new X509IdentityProvider(security.userCertificate(), security.userKey());
      default -> AnonymousProvider.INSTANCE;
    };
  }

  /** A password is encrypted for the server's certificate also where nothing else is. */
  private boolean needsPki() {
    return !security.isNone() || security.user() != null;
  }
}
