package dev.millwright.pki;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** How certificates are named to people. */
public final class Certificates {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC);

  private Certificates() {}

  /**
   * What other tools show of a certificate as well: the SHA-1 of its DER form (OPC 10000-6, 6.2.3),
   * 40 hexadecimal digits in upper case. It names a certificate; equal are two only if their bytes
   * are.
   */
  public static String thumbprint(X509Certificate certificate) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate without an encoded form", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** Its subject, such as {@code CN=PLC 5,O=Works}, without control characters. */
  public static String subject(X509Certificate certificate) {
    return clean(certificate.getSubjectX500Principal().getName());
  }

  /** Its first and last day, in UTC. */
  public static String validity(X509Certificate certificate) {
    return day(certificate.getNotBefore().toInstant())
        + " to "
        + day(certificate.getNotAfter().toInstant());
  }

  static String day(Instant instant) {
    return DAY.format(instant);
  }

  /** Whoever made the certificate chose the text; it goes to terminals and logs. */
  static String clean(String text) {
    String one = text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    return one.length() <= 200 ? one : one.substring(0, 200) + "…";
  }

  static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  /** RFC 5280, 4.2.1.9: only a certificate that says so may issue others. */
  static boolean isAuthority(X509Certificate certificate) {
    return certificate.getBasicConstraints() >= 0;
  }

  static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
