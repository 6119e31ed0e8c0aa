package dev.millwright.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Period;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;

/** Makes an application instance certificate of one's own. */
final class CertificateMaker {

  /** What every device can still compute; all current security policies take it. */
  private static final int KEY_BITS = 2048;

  /** A new one has to be trusted on each server by hand. */
  private static final Period VALIDITY = Period.ofYears(10);

  private CertificateMaker() {}

  /**
   * Makes a folder with a certificate and its key. Both are there at once or not at all, and what
   * is there already stays: of two that make it at the same moment, one does.
   */
  static void make(Path folder, Applicant applicant) throws PkiException {
    try {
      KeyPair pair = SelfSignedCertificateGenerator.generateRsaKeyPair(KEY_BITS);
      X509Certificate certificate = selfSigned(pair, applicant);
      Path draft =
          Files.createTempDirectory(
              folder.getParent(),
              ".own",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      SafeFiles.write(
          draft.resolve(ApplicationCertificate.CERTIFICATE), certificate.getEncoded(), "rw-r--r--");
      SafeFiles.write(
          draft.resolve(ApplicationCertificate.KEY),
          Pem.of(pair.getPrivate()).getBytes(StandardCharsets.US_ASCII),
          "rw-------");
      put(draft, folder);
    } catch (IOException e) {
      throw new PkiException(
          "no certificate can be made in "
              + folder
              + ": "
              + e.getMessage()
              + "; may user "
              + System.getProperty("user.name")
              + " write there?",
          e);
    } catch (Exception e) {
      // Milo's builder declares nothing narrower.
      throw new PkiException("no certificate can be made for " + applicant + ": " + e, e);
    }
  }

  /** A folder is not put in place of one that holds something. */
  private static void put(Path draft, Path folder) throws IOException {
    try {
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      Files.deleteIfExists(draft.resolve(ApplicationCertificate.CERTIFICATE));
      Files.deleteIfExists(draft.resolve(ApplicationCertificate.KEY));
      Files.deleteIfExists(draft);
      if (!Files.exists(folder.resolve(ApplicationCertificate.KEY))) {
        throw e;
      }
    }
  }

  private static X509Certificate selfSigned(KeyPair pair, Applicant applicant) throws Exception {
    SelfSignedCertificateBuilder builder =
        new SelfSignedCertificateBuilder(pair)
            .setCommonName(applicant.name())
            .setOrganization("Millwright")
            .setApplicationUri(applicant.applicationUri())
            .setValidityPeriod(VALIDITY);
    for (String host : applicant.hosts()) {
      if (host.matches("[0-9.]+|.*:.*")) {
        builder.addIpAddress(host);
      } else {
        builder.addDnsName(host);
      }
    }
    return builder.build();
  }
}
