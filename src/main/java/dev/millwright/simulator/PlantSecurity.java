package dev.millwright.simulator;

import dev.millwright.pki.Algorithms;
import dev.millwright.pki.ApplicationCertificate;
import dev.millwright.pki.Claim;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import dev.millwright.settings.Secret;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfigBuilder;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.CompositeValidator;
import org.eclipse.milo.opcua.sdk.server.identity.IdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.UsernameIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.X509IdentityValidator;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.CertificateStore;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.DefaultApplicationGroup;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateStore;
import org.eclipse.milo.opcua.stack.core.security.MemoryTrustListManager;
import org.eclipse.milo.opcua.stack.core.security.RsaSha256CertificateFactory;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;

/**
 * How the plant's OPC UA server is secured: it always has an endpoint without security; with
 * certificates of its own also one for each policy and mode, for clients whose certificates it
 * trusts. Users with a certificate are let in if that is in the same trust list.
 *
 * @param pki its certificates; null for the endpoint without security alone
 * @param user the only user; null lets in anybody
 * @param password the user's; null exactly when there is no user
 */
public record PlantSecurity(Pki pki, String user, Secret password) {

  /** No security, for anybody; nothing is written to disk. */
  public static final PlantSecurity NONE = new PlantSecurity(null, null, null);

  static final String APPLICATION_URI = "urn:millwright:simulator";

  private static final List<SecurityPolicy> POLICIES =
      List.of(
          SecurityPolicy.Basic256Sha256,
          SecurityPolicy.Aes128_Sha256_RsaOaep,
          SecurityPolicy.Aes256_Sha256_RsaPss);

  /**
   * Sets a server's endpoints, certificate and who is let in.
   *
   * @param base what is the same for all endpoints
   * @throws PkiException if the own certificate cannot be had
   */
  public void configure(OpcUaServerConfigBuilder server, EndpointConfig.Builder base)
      throws PkiException {
    Set<EndpointConfig> endpoints = new LinkedHashSet<>();
    endpoints.add(endpoint(base, SecurityPolicy.None, MessageSecurityMode.None));
    if (pki != null) {
      ApplicationCertificate own = pki.own();
      Algorithms.add();
      base.setCertificate(own.certificate());
      for (SecurityPolicy policy : POLICIES) {
        endpoints.add(endpoint(base, policy, MessageSecurityMode.SignAndEncrypt));
        endpoints.add(endpoint(base, policy, MessageSecurityMode.Sign));
      }
      server.setCertificateManager(manager(own));
    } else {
      server.setCertificateManager(
          new DefaultCertificateManager(new MemoryCertificateQuarantine()));
    }
    server.setEndpoints(endpoints).setIdentityValidator(users());
  }

  /** What a user shows is encrypted, or signed, as the endpoint's messages are. */
  private EndpointConfig endpoint(
      EndpointConfig.Builder base, SecurityPolicy policy, MessageSecurityMode mode) {
    UserTokenPolicy users =
        user == null
            ? OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS
            : new UserTokenPolicy("password", UserTokenType.UserName, null, null, policy.getUri());
    EndpointConfig.Builder endpoint =
        base.copy().setSecurityPolicy(policy).setSecurityMode(mode).addTokenPolicy(users);
    if (policy != SecurityPolicy.None) {
      endpoint.addTokenPolicy(
          new UserTokenPolicy(
              "certificate", UserTokenType.Certificate, null, null, policy.getUri()));
    }
    return endpoint.build();
  }

  private IdentityValidator users() {
    IdentityValidator named =
        user == null
            ? AnonymousIdentityValidator.INSTANCE
            : new UsernameIdentityValidator(
                asked ->
                    user.equals(asked.getUsername())
                        && password.reveal().equals(asked.getPassword()));
    return pki == null
        ? named
        : new CompositeValidator(named, new X509IdentityValidator(this::isTrusted));
  }

  private boolean isTrusted(X509Certificate certificate) {
    try {
      return pki.trusted().certificates().contains(certificate);
    } catch (PkiException e) {
      return false;
    }
  }

  private DefaultCertificateManager manager(ApplicationCertificate own) throws PkiException {
    X509Certificate[] chain = {own.certificate()};
    MemoryCertificateStore store = new MemoryCertificateStore();
    RsaSha256CertificateFactory factory =
        new RsaSha256CertificateFactory() {
          @Override
          protected KeyPair createRsaSha256KeyPair() {
            return own.keyPair();
          }

          @Override
          protected X509Certificate[] createRsaSha256CertificateChain(KeyPair keyPair) {
            return chain;
          }
        };
    try {
      store.set(
          NodeIds.RsaSha256ApplicationCertificateType,
          new CertificateStore.Entry(own.key(), chain));
      return new DefaultCertificateManager(
          new MemoryCertificateQuarantine(),
          DefaultApplicationGroup.createAndInitialize(
              new MemoryTrustListManager(), store, factory, clients()));
    } catch (Exception e) {
      // The library declares nothing narrower; nothing in memory fails.
      throw new IllegalStateException("the plant's certificate", e);
    }
  }

  private CertificateValidator clients() {
    return (chain, applicationUri, hosts) -> {
      try {
        if (!pki.judge(chain, new Claim("client", applicationUri, null, false), Set.of())
            .isEmpty()) {
          // OPC 10000-4, 6.1.3: a client learns no more than this.
          throw new UaException(StatusCodes.Bad_SecurityChecksFailed);
        }
      } catch (PkiException e) {
        throw new UaException(StatusCodes.Bad_InternalError, e);
      }
    };
  }
}
