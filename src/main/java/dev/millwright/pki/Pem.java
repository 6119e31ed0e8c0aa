package dev.millwright.pki;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in their text form (RFC 7468). Messages never repeat the text. */
public final class Pem {

  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private Pem() {}

  /**
   * The certificates in a text, in their order; other text around them is passed over.
   *
   * @throws IllegalArgumentException when there is none, or one cannot be read
   */
  public static List<X509Certificate> certificates(String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE")) {
        certificates.add(certificate(bytes(block.group(2))));
      }
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("there is no block \"BEGIN CERTIFICATE\" in it");
    }
    return certificates;
  }

  /**
   * The RSA private key in a text.
   *
   * @throws IllegalArgumentException when there is none in PKCS #8, without a passphrase
   */
  public static PrivateKey privateKey(String text) {
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return rsa(bytes(block.group(2)));
        }
        case "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY" ->
            throw new IllegalArgumentException(
                "it holds a block \"BEGIN "
                    + block.group(1)
                    + "\"; an RSA key in PKCS #8 without a passphrase is needed, as of:"
                    + " openssl pkcs8 -topk8 -nocrypt");
        default -> {
          // Certificates and the like may stand in the same file.
        }
      }
    }
    throw new IllegalArgumentException("there is no block \"BEGIN PRIVATE KEY\" in it");
  }

  /** Whether the key is the one that the certificate is about. */
  public static boolean belong(X509Certificate certificate, PrivateKey key) {
    return certificate.getPublicKey() instanceof RSAKey open
        && key instanceof RSAKey secret
        && open.getModulus().equals(secret.getModulus());
  }

  static String of(X509Certificate certificate) {
    try {
      return block("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("a certificate without an encoded form", e);
    }
  }

  static String of(PrivateKey key) {
    return block("PRIVATE KEY", key.getEncoded());
  }

  static X509Certificate certificate(byte[] der) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Certificate certificate = factory.generateCertificate(new ByteArrayInputStream(der));
      return (X509Certificate) certificate;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("it holds no certificate that can be read", e);
    }
  }

  /** Certificates in either form. */
  static List<X509Certificate> certificatesIn(byte[] file) {
    return isDer(file)
        ? List.of(certificate(file))
        : certificates(new String(file, StandardCharsets.US_ASCII));
  }

  /** An ASN.1 SEQUENCE, which no text begins with. */
  private static boolean isDer(byte[] file) {
    return file.length > 0 && file[0] == 0x30;
  }

  private static PrivateKey rsa(byte[] der) {
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("it holds no RSA key that can be read", e);
    }
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a block in it is not base 64", e);
    }
  }

  private static String block(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + LINES.encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
