package dev.millwright.pki;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * A certificate that was refused.
 *
 * @param chain it and the certificates of its issuers, as they were presented; at least one
 * @param why what it failed, in words, by the endpoint that presented it
 */
public record Rejection(List<X509Certificate> chain, Map<String, String> why) {

  public Rejection {
    chain = List.copyOf(chain);
    why = Map.copyOf(why);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain: empty");
    }
  }

  public X509Certificate certificate() {
    return chain.get(0);
  }
}
