package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;

/**
 * Chooses among the endpoints that a server offers: never one with another security than was
 * configured, as whoever is on the network may have removed the others from the list.
 */
final class Endpoints {

  private final String configured;
  private final OpcUaSecurity security;
  private final List<EndpointDescription> offered;

  private Endpoints(OpcUaSettings settings, EndpointDescription... offered) {
    configured = settings.endpoint();
    security = settings.secured();
    this.offered = offered == null ? List.of() : List.of(offered);
  }

  /**
   * The first endpoint with the configured policy and mode that takes the configured kind of user,
   * at the host and port that were configured: a server behind another name, or with several
   * networks, returns its own idea of where it is. Of its user token policies it has the one to
   * use.
   */
  static EndpointDescription choose(OpcUaSettings settings, EndpointDescription... offered)
      throws LinkException {
    return new Endpoints(settings, offered).choose();
  }

  private EndpointDescription choose() throws LinkException {
    List<EndpointDescription> secured =
        offered.stream()
            .filter(
                endpoint ->
                    security.policy().getUri().equals(endpoint.getSecurityPolicyUri())
                        && security.mode() == endpoint.getSecurityMode())
            .toList();
    if (secured.isEmpty()) {
      throw new LinkException(
          "%s: endpoint offers no %s; it offers %s"
              .formatted(
                  configured,
                  words(security.policy().name(), security.mode()),
                  list(offered.stream().map(Endpoints::words))));
    }
    for (EndpointDescription endpoint : secured) {
      UserTokenPolicy token = token(endpoint);
      if (token != null) {
        return at(endpoint, token);
      }
    }
    throw new LinkException(configured + ": " + whyNobody(secured.get(0)));
  }

  /** The policy that protects the user best; null when none does as is wanted. */
  private UserTokenPolicy token(EndpointDescription endpoint) {
    return tokens(endpoint)
        .filter(token -> token.getTokenType() == security.tokenType())
        .filter(token -> isSafe(endpoint, token))
        .min(Comparator.comparing(token -> isProtected(endpoint, token) ? 0 : 1))
        .orElse(null);
  }

  private boolean isSafe(EndpointDescription endpoint, UserTokenPolicy token) {
    return switch (security.tokenType()) {
      case Anonymous -> true;
      case UserName ->
          policy(endpoint, token) != null
              && (isProtected(endpoint, token)
                  || security.mode() == MessageSecurityMode.SignAndEncrypt
                  || security.plainPassword());
      // Without a policy nothing is signed: anybody could show the certificate.
      default -> isProtected(endpoint, token);
    };
  }

  private String whyNobody(EndpointDescription endpoint) {
    boolean known =
        tokens(endpoint).anyMatch(token -> token.getTokenType() == security.tokenType());
    if (known && security.tokenType() == UserTokenType.UserName) {
      return "the password of user \""
          + security.user()
          + "\" would be sent unencrypted, for everybody on the network to read: the server asks for"
          + " it in that way, and the link does not encrypt. Use security_mode ="
          + " \"SignAndEncrypt\" and a policy, or write out plain_password = true";
    } else if (known) {
      return "the server takes a user's certificate without proof of its key; use a security policy";
    }
    return "endpoint takes no "
        + users(security.tokenType())
        + "; it takes "
        + list(tokens(endpoint).map(token -> users(token.getTokenType())));
  }

  /** Whether the user's secret is encrypted, or proven, by itself. */
  private static boolean isProtected(EndpointDescription endpoint, UserTokenPolicy token) {
    SecurityPolicy policy = policy(endpoint, token);
    return policy != null && policy != SecurityPolicy.None && !OpcUaSecurity.isDeprecated(policy);
  }

  /** The policy of the user's secret (OPC 10000-4, 7.41): its own or the endpoint's. */
  private static SecurityPolicy policy(EndpointDescription endpoint, UserTokenPolicy token) {
    String own = token.getSecurityPolicyUri();
    try {
      return SecurityPolicy.fromUri(
          own == null || own.isEmpty() ? endpoint.getSecurityPolicyUri() : own);
    } catch (UaException e) {
      return null;
    }
  }

  private EndpointDescription at(EndpointDescription chosen, UserTokenPolicy token) {
    String path = EndpointUtil.getPath(chosen.getEndpointUrl());
    return new EndpointDescription(
        "opc.tcp://%s:%d%s"
            .formatted(
                EndpointUtil.getHost(configured),
                EndpointUtil.getPort(configured),
                path.equals("/") ? "" : path),
        chosen.getServer(),
        chosen.getServerCertificate(),
        chosen.getSecurityMode(),
        chosen.getSecurityPolicyUri(),
        new UserTokenPolicy[] {token},
        chosen.getTransportProfileUri(),
        chosen.getSecurityLevel());
  }

  private static Stream<UserTokenPolicy> tokens(EndpointDescription endpoint) {
    UserTokenPolicy[] tokens = endpoint.getUserIdentityTokens();
    return tokens == null ? Stream.empty() : Arrays.stream(tokens).filter(Objects::nonNull);
  }

  private static String users(UserTokenType type) {
    if (type == null) {
      return "unknown users";
    }
    return switch (type) {
      case Anonymous -> "anonymous users";
      case UserName -> "users with a password";
      case Certificate -> "users with a certificate";
      case IssuedToken -> "users with an issued token";
    };
  }

  private static String words(EndpointDescription endpoint) {
    String policy = String.valueOf(endpoint.getSecurityPolicyUri()).replaceFirst(".*#", "");
    return words(policy, endpoint.getSecurityMode());
  }

  private static String words(String policy, MessageSecurityMode mode) {
    return policy.equals("None")
        ? "SecurityPolicy None"
        : "SecurityPolicy " + policy + " with " + mode;
  }

  private static String list(Stream<String> words) {
    String all =
        words
            .map(word -> word.replaceFirst("^SecurityPolicy ", ""))
            .distinct()
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "none at all" : all;
  }
}
