package dev.millwright.pki;

import java.util.Locale;

/** What a certificate is judged by: the steps of OPC 10000-4, 6.1.3. */
public enum Check {
  /** Neither it nor one of its issuers is in the trust list. */
  TRUST("not trusted", false),
  /** The chain of its issuers does not lead to a root that is known here. */
  ISSUER("unknown issuer", false),
  /** What should be its issuer's signature is not. */
  SIGNATURE("signature", false),
  /** It, or one of its issuers, is expired or not yet valid. */
  VALIDITY("validity", true),
  /** It names neither the host nor the address that was asked for. */
  HOST_NAME("host name", true),
  /** It names another application than the one that presents it. */
  APPLICATION_URI("application URI", false),
  /** Its key may not be used for this. */
  KEY_USAGE("key usage", true),
  /** Its key is too short, or its signature of a kind that is no longer safe. */
  KEY_STRENGTH("key strength", true),
  /** Its issuer has revoked it, or that of its issuer. */
  REVOKED("revoked", false),
  /** Nobody can know whether it was revoked: an issuer's list of revocations is missing or old. */
  REVOCATION_LIST("revocation list", true);

  private final String words;
  private final boolean tolerable;

  Check(String words, boolean tolerable) {
    this.words = words;
    this.tolerable = tolerable;
  }

  /** What a technician reads. */
  public String words() {
    return words;
  }

  /** Whether a configuration may do without it, as the standard allows. */
  public boolean isTolerable() {
    return tolerable;
  }

  /** As in a configuration file: {@code host-name}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
