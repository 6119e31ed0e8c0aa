package dev.millwright.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The folders {@code trusted} and {@code issuers}: certificates in files that end in .der, .cer,
 * .crt or .pem, and lists of revocations in files that end in .crl. They are read anew each time,
 * so that what somebody puts there counts at the next attempt.
 */
final class TrustList {

  private static final String READABLE = "rw-r--r--";

  private final Path trusted;
  private final Path issuers;

  TrustList(Path root) {
    trusted = root.resolve("trusted");
    issuers = root.resolve("issuers");
  }

  void makeFolders() throws IOException {
    SafeFiles.folder(trusted, "rwxr-x---");
    SafeFiles.folder(issuers, "rwxr-x---");
  }

  /**
   * What they hold now.
   *
   * @throws PkiException when a folder cannot be read, or anybody may write it
   */
  Trust read() throws PkiException {
    List<X509CRL> revocations = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    List<X509Certificate> believed = read(trusted, revocations, unreadable);
    List<X509Certificate> known = read(issuers, revocations, unreadable);
    return new Trust(believed, known, revocations, unreadable);
  }

  /** Puts a certificate into {@code trusted}, and those of its issuers into {@code issuers}. */
  void add(X509Certificate certificate, List<X509Certificate> chain) throws IOException {
    for (X509Certificate issuer : chain) {
      put(issuers, issuer);
    }
    put(trusted, certificate);
  }

  /** Removes every file of {@code trusted} that holds this certificate alone. */
  void remove(X509Certificate certificate) throws IOException {
    for (Path file : SafeFiles.in(trusted)) {
      if (!isRevocations(file)) {
        try {
          if (Pem.certificatesIn(SafeFiles.read(file)).equals(List.of(certificate))) {
            Files.delete(file);
          }
        } catch (IllegalArgumentException e) {
          // Another file, which the list tells as unreadable.
        }
      }
    }
  }

  private static void put(Path folder, X509Certificate certificate) throws IOException {
    Path file = folder.resolve(Certificates.thumbprint(certificate) + ".pem");
    SafeFiles.write(file, Pem.of(certificate).getBytes(StandardCharsets.US_ASCII), READABLE);
  }

  private static List<X509Certificate> read(
      Path folder, List<X509CRL> revocations, List<String> unreadable) throws PkiException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Path file : files(folder)) {
      try {
        if (isRevocations(file)) {
          revocations.add(revocations(SafeFiles.read(file)));
        } else if (isCertificate(file)) {
          certificates.addAll(Pem.certificatesIn(SafeFiles.read(file)));
        }
      } catch (IOException | IllegalArgumentException e) {
        unreadable.add(file + " cannot be read: " + e.getMessage());
      }
    }
    return certificates;
  }

  private static List<Path> files(Path folder) throws PkiException {
    try {
      if (Files.isDirectory(folder)) {
        String mode = SafeFiles.others(folder, PosixFilePermission.OTHERS_WRITE);
        if (mode != null) {
          throw new PkiException(
              folder
                  + " can be written by anybody ("
                  + mode
                  + "), who could make the daemon trust any server; chmod o-w it, and look at what"
                  + " is in it");
        }
      }
      return SafeFiles.in(folder);
    } catch (IOException e) {
      throw new PkiException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static X509CRL revocations(byte[] file) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return (X509CRL) factory.generateCRL(new ByteArrayInputStream(file));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("it holds no list of revocations", e);
    }
  }

  private static boolean isRevocations(Path file) {
    return name(file).endsWith(".crl");
  }

  private static boolean isCertificate(Path file) {
    return name(file).matches(".*\\.(der|cer|crt|pem)");
  }

  private static String name(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }
}
