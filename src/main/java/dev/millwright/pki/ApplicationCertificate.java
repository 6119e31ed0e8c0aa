package dev.millwright.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;

/**
 * One's own application instance certificate and its key (OPC 10000-6, 6.2.2): the folder {@code
 * own} with {@code certificate.der} and {@code private-key.pem}.
 *
 * @param certificate the certificate
 * @param key its private key, RSA
 * @param applicationUri the URI in the certificate, which the application has to call itself
 */
public record ApplicationCertificate(
    X509Certificate certificate, PrivateKey key, String applicationUri) {

  static final String CERTIFICATE = "certificate.der";
  static final String KEY = "private-key.pem";

  /** Both parts of it. */
  public KeyPair keyPair() {
    return new KeyPair(certificate.getPublicKey(), key);
  }

  /**
   * Reads the folder.
   *
   * @throws PkiException when a file is missing or cannot be used, when others than the owner may
   *     read the key, and when the two do not belong together
   */
  static ApplicationCertificate read(Path folder) throws PkiException {
    Path file = folder.resolve(CERTIFICATE);
    Path keyFile = folder.resolve(KEY);
    X509Certificate certificate = parse(file, bytes -> Pem.certificatesIn(bytes).get(0));
    requirePrivate(keyFile);
    PrivateKey key =
        parse(keyFile, bytes -> Pem.privateKey(new String(bytes, StandardCharsets.US_ASCII)));
    if (!Pem.belong(certificate, key)) {
      throw new PkiException(
          keyFile + " is not the key of " + file + "; restore both from the same backup");
    }
    String uri =
        CertificateUtil.getSanUri(certificate)
            .orElseThrow(
                () ->
                    new PkiException(
                        file
                            + " names no application URI, which servers compare (OPC 10000-6,"
                            + " 6.2.2); use another certificate"));
    return new ApplicationCertificate(certificate, key, uri);
  }

  private interface Parser<T> {
    T parse(byte[] bytes);
  }

  private static <T> T parse(Path file, Parser<T> parser) throws PkiException {
    try {
      return parser.parse(SafeFiles.read(file));
    } catch (AccessDeniedException e) {
      throw new PkiException(
          file
              + " cannot be read by user "
              + System.getProperty("user.name")
              + "; give the folder and what is in it to the daemon's user",
          e);
    } catch (IOException e) {
      throw new PkiException(
          file
              + (Files.exists(file) ? " cannot be read: " + e.getMessage() : " is missing")
              + "; restore it, or move its whole folder away: then a new certificate is made, which"
              + " every server has to be told to trust",
          e);
    } catch (IllegalArgumentException e) {
      throw new PkiException(file + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void requirePrivate(Path key) throws PkiException {
    String mode;
    try {
      mode =
          SafeFiles.others(
              key,
              PosixFilePermission.GROUP_READ,
              PosixFilePermission.GROUP_WRITE,
              PosixFilePermission.OTHERS_READ,
              PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      // Reading it tells better why.
      return;
    }
    if (mode != null) {
      throw new PkiException(
          key
              + " can be used by others ("
              + mode
              + "), so whoever may log in here could pass for this application; chmod 600 it, and"
              + " make a new certificate if somebody may have read it");
    }
  }
}
