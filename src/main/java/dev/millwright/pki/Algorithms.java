package dev.millwright.pki;

import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The algorithms of the security policies. */
public final class Algorithms {

  private Algorithms() {}

  /**
   * Lets the library find those of {@code Aes256_Sha256_RsaPss}, for which it asks by names that
   * BouncyCastle alone knows. Behind the JDK's own, which stay the first choice for all others.
   */
  public static synchronized void add() {
    if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
      Security.addProvider(new BouncyCastleProvider());
    }
  }
}
