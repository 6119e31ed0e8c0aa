package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;

/** Chooses among the endpoints that a server offers. */
final class Endpoints {

  private Endpoints() {}

  /**
   * The first endpoint without security that takes anonymous users, at the host and port that were
   * configured: a server behind another name, or with several networks, returns its own idea of
   * where it is.
   */
  static EndpointDescription choose(String configured, EndpointDescription... offered)
      throws LinkException {
    EndpointDescription[] known = offered == null ? new EndpointDescription[0] : offered;
    EndpointDescription open =
        Arrays.stream(known)
            .filter(Endpoints::isUnsecured)
            .findFirst()
            .orElseThrow(
                () ->
                    new LinkException(
                        configured
                            + ": endpoint offers no SecurityPolicy None; it offers "
                            + policies(known)));
    EndpointDescription chosen =
        Arrays.stream(known)
            .filter(
                endpoint ->
                    isUnsecured(endpoint) && tokens(endpoint).anyMatch(Endpoints::isAnonymous))
            .findFirst()
            .orElseThrow(
                () ->
                    new LinkException(
                        configured
                            + ": endpoint takes no anonymous users; it takes "
                            + tokens(open)
                                .map(policy -> String.valueOf(policy.getTokenType()))
                                .distinct()
                                .collect(Collectors.joining(", "))));
    return at(configured, chosen);
  }

  private static EndpointDescription at(String configured, EndpointDescription chosen) {
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
        chosen.getUserIdentityTokens(),
        chosen.getTransportProfileUri(),
        chosen.getSecurityLevel());
  }

  private static boolean isUnsecured(EndpointDescription endpoint) {
    return SecurityPolicy.None.getUri().equals(endpoint.getSecurityPolicyUri());
  }

  private static boolean isAnonymous(UserTokenPolicy policy) {
    return policy.getTokenType() == UserTokenType.Anonymous;
  }

  private static Stream<UserTokenPolicy> tokens(EndpointDescription endpoint) {
    UserTokenPolicy[] tokens = endpoint.getUserIdentityTokens();
    return tokens == null ? Stream.empty() : Arrays.stream(tokens);
  }

  private static String policies(EndpointDescription... offered) {
    return offered.length == 0
        ? "none at all"
        : Arrays.stream(offered)
            .map(EndpointDescription::getSecurityPolicyUri)
            .map(uri -> String.valueOf(uri).replaceFirst(".*#", ""))
            .distinct()
            .collect(Collectors.joining(", "));
  }
}
