package dev.millwright.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * FIELD 10: which check failed is said by name, for each check of OPC 10000-4, 6.1.3. A judgement
 * that takes what it should refuse would be noticed by nobody but a burglar.
 */
class ExaminationTest {

  private static final String URI = "urn:plc";
  private static final Claim CLAIM = new Claim("opc.tcp://plc:4840", URI, "plc", true);

  /** One for all: making one takes a tenth of a second. */
  private static KeyPair keys;

  private static TestCertificate root;

  @TempDir Path folder;
  private Pki pki;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = TestCertificate.keys(2048);
    root = TestCertificate.of("Root").authority().make();
  }

  @BeforeEach
  void makeFolders() throws Exception {
    Files.createDirectories(folder.resolve("trusted"));
    Files.createDirectories(folder.resolve("issuers"));
    Files.createDirectories(folder.resolve("rejected"));
    pki =
        new Pki(folder, new Applicant("T", "urn:t", List.of("localhost")), InstantSource.system());
  }

  @Test
  void aTrustedServerIsTaken() throws Exception {
    TestCertificate plc = plc().make(keys);
    trust("trusted", plc);
    assertEquals(List.of(), failed(plc));
  }

  @Test
  void aServerThatNobodyHasTrustedIsNotTrusted() throws Exception {
    assertEquals(List.of(Check.TRUST), failed(plc().make(keys)));
  }

  /** The same key and the same names are not the same certificate. */
  @Test
  void aReplacedCertificateIsNotTrusted() throws Exception {
    trust("trusted", plc().make(keys));
    assertEquals(List.of(Check.TRUST), failed(plc().make(keys)));
  }

  @Test
  void aServerOfATrustedAuthorityIsTakenWithItsListOfRevocations() throws Exception {
    TestCertificate plc = plc().issuedBy(root).make(keys);
    trust("trusted", root);
    revocations(root);
    assertEquals(List.of(), failed(plc));
  }

  /** OPC 10000-4, 6.1.3: issuers help to build the chain; they are trusted by that by no means. */
  @Test
  void anIssuerThatIsOnlyKnownMakesNobodyTrusted() throws Exception {
    TestCertificate plc = plc().issuedBy(root).make(keys);
    trust("issuers", root);
    revocations(root);
    assertEquals(List.of(Check.TRUST), failed(plc));
    trust("trusted", plc);
    assertEquals(List.of(), failed(plc));
  }

  @Test
  void anIssuerThatNobodyKnowsIsNamed() throws Exception {
    TestCertificate plc = plc().issuedBy(root).make(keys);
    trust("trusted", plc);
    List<Finding> findings = judge(plc.certificate());
    assertEquals(List.of(Check.ISSUER), checks(findings));
    assertTrue(
        findings.get(0).toString().startsWith("unknown issuer (O=Test,CN=Root; put its"),
        findings.toString());
  }

  /** What a server presents along with its certificate proves nothing by itself. */
  @Test
  void aRootThatTheServerBringsAlongIsUnknown() throws Exception {
    TestCertificate plc = plc().issuedBy(root).make(keys);
    trust("trusted", plc);
    assertEquals(List.of(Check.ISSUER), checks(judge(plc.certificate(), root.certificate())));
  }

  @Test
  void anIntermediateIssuerMayComeWithTheServer() throws Exception {
    TestCertificate works = TestCertificate.of("Works").authority().issuedBy(root).make();
    TestCertificate plc = plc().issuedBy(works).make(keys);
    trust("trusted", root);
    revocations(root);
    revocations(works);
    assertEquals(List.of(), judge(plc.certificate(), works.certificate()));
  }

  /** A certificate that may not issue others, used as an issuer: the oldest trick there is. */
  @Test
  void anotherServersCertificateIsNoAuthority() throws Exception {
    TestCertificate press = TestCertificate.of("Press").uri("urn:press").dns("press").make();
    trust("trusted", press);
    TestCertificate plc = plc().issuedBy(press).make(keys);
    assertEquals(
        List.of(Check.TRUST, Check.ISSUER), checks(judge(plc.certificate(), press.certificate())));
  }

  /** An authority of the same name with another key. */
  @Test
  void aSignatureThatIsNotTheIssuersIsNamed() throws Exception {
    TestCertificate other = TestCertificate.of("Root").authority().make();
    TestCertificate plc = plc().issuedBy(other).make(keys);
    trust("trusted", root);
    revocations(root);
    assertEquals(List.of(Check.TRUST, Check.SIGNATURE), failed(plc));
  }

  @Test
  void aRevokedCertificateIsNamedEvenWhereItIsTrustedItself() throws Exception {
    TestCertificate plc = plc().issuedBy(root).make(keys);
    trust("trusted", root);
    trust("trusted", plc);
    Files.write(folder.resolve("issuers/root.crl"), root.revoking(plc.certificate()).getEncoded());
    List<Finding> findings = judge(plc.certificate());
    assertEquals("revoked (by O=Test,CN=Root)", Pki.words(findings));
  }

  /** A list that somebody else has signed would let him choose whom to lock out, or let in. */
  @Test
  void aListOfRevocationsThatTheIssuerHasNotSignedCountsForNothing() throws Exception {
    TestCertificate other = TestCertificate.of("Root").authority().make();
    TestCertificate plc = plc().issuedBy(root).make(keys);
    trust("trusted", root);
    Files.write(folder.resolve("issuers/root.crl"), other.revoking(plc.certificate()).getEncoded());
    assertEquals(List.of(Check.REVOCATION_LIST), failed(plc));
  }

  @Test
  void aMissingListOfRevocationsIsNamedAndMayBeTolerated() throws Exception {
    TestCertificate plc = plc().issuedBy(root).make(keys);
    trust("trusted", root);
    List<Finding> findings = judge(plc.certificate());
    assertEquals(
        "revocation list (there is none in force of O=Test,CN=Root; put its .crl into the folder"
            + " issuers)",
        Pki.words(findings));
    assertEquals(
        List.of(), pki.judge(List.of(plc.certificate()), CLAIM, Set.of(Check.REVOCATION_LIST)));
  }

  /** What is tolerated must hide nothing else. */
  @Test
  void aRevokedCertificateIsRefusedAlsoWhereItHasExpiredAndThatIsTolerated() throws Exception {
    TestCertificate plc = expired(plc()).issuedBy(root).make(keys);
    trust("trusted", root);
    Files.write(folder.resolve("issuers/root.crl"), root.revoking(plc.certificate()).getEncoded());
    assertEquals(
        List.of(Check.REVOKED),
        checks(
            pki.judge(
                List.of(plc.certificate()), CLAIM, Set.of(Check.VALIDITY, Check.REVOCATION_LIST))));
  }

  @Test
  void anExpiredCertificateIsNamedWithItsDayAndMayBeTolerated() throws Exception {
    TestCertificate plc = expired(plc()).make(keys);
    trust("trusted", plc);
    assertEquals("validity (expired on 2001-09-09)", Pki.words(judge(plc.certificate())));
    assertEquals(List.of(), pki.judge(List.of(plc.certificate()), CLAIM, Set.of(Check.VALIDITY)));
  }

  /** Mostly it is the clock of the host, whose battery has died. */
  @Test
  void aCertificateThatIsNotYetValidIsNamed() throws Exception {
    Instant later = Instant.now().plus(2, ChronoUnit.DAYS);
    TestCertificate plc = plc().valid(later, later.plus(9, ChronoUnit.DAYS)).make(keys);
    trust("trusted", plc);
    String words = Pki.words(judge(plc.certificate()));
    assertTrue(words.startsWith("validity (not valid before "), words);
    assertTrue(words.endsWith("; is this host's clock right?)"), words);
  }

  @Test
  void anotherHostNameIsNamedWithThoseThatThereAre() throws Exception {
    TestCertificate plc = TestCertificate.of("PLC").uri(URI).dns("a").ip("10.0.0.7").make(keys);
    trust("trusted", plc);
    assertEquals(
        "host name (plc is not among its names: a, 10.0.0.7)", Pki.words(judge(plc.certificate())));
    assertEquals(List.of(), pki.judge(List.of(plc.certificate()), CLAIM, Set.of(Check.HOST_NAME)));
  }

  @Test
  void addressesAreComparedAsAddresses() throws Exception {
    TestCertificate plc = TestCertificate.of("PLC").uri(URI).ip("2001:db8::5").make(keys);
    trust("trusted", plc);
    Claim long6 = new Claim("opc.tcp://x", URI, "2001:DB8:0:0:0:0:0:5", true);
    assertEquals(List.of(), pki.judge(List.of(plc.certificate()), long6, Set.of()));
    Claim other = new Claim("opc.tcp://x", URI, "2001:db8::6", true);
    assertEquals(
        List.of(Check.HOST_NAME), checks(pki.judge(List.of(plc.certificate()), other, Set.of())));
  }

  /** Else any trusted server could pass for any other. */
  @Test
  void anotherApplicationsCertificateIsRefusedWhateverIsTolerated() throws Exception {
    TestCertificate plc = TestCertificate.of("PLC").uri("urn:other").dns("plc").make(keys);
    trust("trusted", plc);
    assertEquals(
        "application URI (it is for urn:other, presented by urn:plc)",
        Pki.words(pki.judge(List.of(plc.certificate()), CLAIM, Set.of(Check.values()))));
  }

  @Test
  void aKeyForSomethingElseIsNamed() throws Exception {
    TestCertificate plc = plc().usage(KeyUsage.digitalSignature).make(keys);
    trust("trusted", plc);
    assertEquals(
        "key usage (without nonRepudiation, keyEncipherment, dataEncipherment)",
        Pki.words(judge(plc.certificate())));
    TestCertificate client = plc().purpose(KeyPurposeId.id_kp_clientAuth).make(keys);
    trust("trusted", client);
    assertEquals("key usage (not for servers)", Pki.words(judge(client.certificate())));
  }

  @Test
  void aWeakKeyAndAWeakSignatureAreNamed() throws Exception {
    TestCertificate plc = plc().bits(1024).algorithm("SHA1withRSA").make();
    trust("trusted", plc);
    assertEquals(
        "key strength (RSA of 1024 bits, 2048 is the least); key strength (signed with"
            + " SHA1withRSA)",
        Pki.words(judge(plc.certificate())));
  }

  /** A technician hears of everything at once, not of the next thing after each trip to the PLC. */
  @Test
  void allFailedChecksAreToldTogether() throws Exception {
    TestCertificate plc =
        expired(TestCertificate.of("PLC").uri("urn:other").dns("a")).usage(0).make(keys);
    assertEquals(
        List.of(
            Check.TRUST, Check.VALIDITY, Check.APPLICATION_URI, Check.HOST_NAME, Check.KEY_USAGE),
        failed(plc));
  }

  /** The file may be the reason why nobody is trusted. */
  @Test
  void aFileThatCannotBeReadIsToldWithTheRefusal() throws Exception {
    Files.writeString(folder.resolve("trusted/plc.der"), "no certificate");
    String words = Pki.words(judge(plc().make(keys).certificate()));
    assertTrue(
        words.startsWith("not trusted (" + folder + "/trusted/plc.der cannot be read"), words);
  }

  private static TestCertificate.Recipe plc() {
    return TestCertificate.of("PLC").uri(URI).dns("plc");
  }

  private static TestCertificate.Recipe expired(TestCertificate.Recipe recipe) {
    return recipe.valid(Instant.ofEpochSecond(900_000_000), Instant.ofEpochSecond(1_000_000_000));
  }

  private void trust(String where, TestCertificate certificate) throws Exception {
    Files.write(
        folder.resolve(where).resolve(Certificates.thumbprint(certificate.certificate()) + ".der"),
        certificate.certificate().getEncoded());
  }

  private void revocations(TestCertificate authority) throws Exception {
    String name = Certificates.thumbprint(authority.certificate()) + ".crl";
    Files.write(folder.resolve("issuers").resolve(name), authority.revoking().getEncoded());
  }

  private List<Finding> judge(X509Certificate... chain) throws PkiException {
    return pki.judge(List.of(chain), CLAIM, Set.of());
  }

  private List<Check> failed(TestCertificate certificate) throws PkiException {
    return checks(judge(certificate.certificate()));
  }

  private static List<Check> checks(List<Finding> findings) {
    return findings.stream().map(Finding::check).distinct().toList();
  }
}
