package dev.millwright.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate with its key, which a test may make as bad as it needs.
 *
 * @param keys its keys
 * @param certificate the certificate
 */
public record TestCertificate(KeyPair keys, X509Certificate certificate) {

  /** So many differ at least, one after the other; no test has a longer chain. */
  private static final int KEYS_MOST = 6;

  private static final Map<Integer, Deque<KeyPair>> KEYS = new HashMap<>();

  /** What OPC UA asks of an application (OPC 10000-6, 6.2.2). */
  private static final int APPLICATION =
      KeyUsage.digitalSignature
          | KeyUsage.nonRepudiation
          | KeyUsage.keyEncipherment
          | KeyUsage.dataEncipherment;

  /** What a certificate is made of; everything but its name has a good value at first. */
  public static final class Recipe {

    private final String subject;
    private final List<GeneralName> names = new ArrayList<>();
    private Instant from = Instant.now().minus(1, ChronoUnit.DAYS);
    private Instant until = Instant.now().plus(365, ChronoUnit.DAYS);
    private int usage = APPLICATION;
    private KeyPurposeId purpose = KeyPurposeId.id_kp_serverAuth;
    private int bits = 2048;
    private String algorithm = "SHA256withRSA";
    private TestCertificate issuer;
    private boolean authority;

    private Recipe(String subject) {
      this.subject = "CN=" + subject + ",O=Test";
    }

    public Recipe uri(String uri) {
      names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
      return this;
    }

    public Recipe dns(String name) {
      names.add(new GeneralName(GeneralName.dNSName, name));
      return this;
    }

    public Recipe ip(String address) {
      names.add(new GeneralName(GeneralName.iPAddress, address));
      return this;
    }

    public Recipe valid(Instant first, Instant last) {
      from = first;
      until = last;
      return this;
    }

    public Recipe usage(int bitsOfUsage) {
      usage = bitsOfUsage;
      return this;
    }

    public Recipe purpose(KeyPurposeId other) {
      purpose = other;
      return this;
    }

    public Recipe bits(int length) {
      bits = length;
      return this;
    }

    public Recipe algorithm(String other) {
      algorithm = other;
      return this;
    }

    public Recipe issuedBy(TestCertificate other) {
      issuer = other;
      return this;
    }

    public Recipe authority() {
      authority = true;
      return this;
    }

    public TestCertificate make() throws Exception {
      return make(keys(bits));
    }

    public TestCertificate make(KeyPair keys) throws Exception {
      X500Name name = new X500Name(subject);
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer == null ? name : X500Name.getInstance(subjectOf(issuer)),
              BigInteger.valueOf(System.nanoTime()),
              Date.from(from),
              Date.from(until),
              name,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (authority) {
        builder.addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      } else {
        builder.addExtension(Extension.keyUsage, false, new KeyUsage(usage));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      }
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(GeneralName[]::new)));
      }
      KeyPair signer = issuer == null ? keys : issuer.keys();
      return new TestCertificate(
          keys,
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))));
    }
  }

  public static Recipe of(String subject) {
    return new Recipe(subject);
  }

  /** One of a few of this length, in turn: making them takes long. */
  public static synchronized KeyPair keys(int bits) throws GeneralSecurityException {
    Deque<KeyPair> made = KEYS.computeIfAbsent(bits, none -> new ArrayDeque<>());
    KeyPair next;
    if (made.size() < KEYS_MOST) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      next = generator.generateKeyPair();
    } else {
      next = made.remove();
    }
    made.add(next);
    return next;
  }

  /** This authority's list of what it has revoked, in force until tomorrow. */
  public X509CRL revoking(X509Certificate... revoked)
      throws GeneralSecurityException, OperatorCreationException {
    Date now = Date.from(Instant.now().minus(1, ChronoUnit.HOURS));
    JcaX509v2CRLBuilder builder =
        new JcaX509v2CRLBuilder(certificate.getSubjectX500Principal(), now);
    builder.setNextUpdate(Date.from(Instant.now().plus(1, ChronoUnit.DAYS)));
    for (X509Certificate each : revoked) {
      builder.addCRLEntry(each.getSerialNumber(), now, CRLReason.keyCompromise);
    }
    return new JcaX509CRLConverter()
        .getCRL(
            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
  }

  /** Makes it the own certificate of a folder of certificates, in place of what is there. */
  public void installIn(Path pki) throws IOException, GeneralSecurityException {
    Path own = Files.createDirectories(pki.resolve("own"));
    Files.write(own.resolve("certificate.der"), certificate.getEncoded());
    Path key = own.resolve("private-key.pem");
    Files.writeString(key, keyPem());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  public String keyPem() {
    return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  public String certificatePem() throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(der), kind);
  }

  private static byte[] subjectOf(TestCertificate issuer) {
    return issuer.certificate().getSubjectX500Principal().getEncoded();
  }
}
