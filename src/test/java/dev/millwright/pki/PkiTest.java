package dev.millwright.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** FIELD 10: certificates that are made, kept and trusted so that a technician can follow. */
class PkiTest {

  private static final Applicant APPLICANT =
      new Applicant("Millwright", "urn:host-5:millwright", List.of("host-5", "10.0.0.9"));
  private static final Claim CLAIM = new Claim("opc.tcp://plc:4840", "urn:plc", "plc", true);

  private static KeyPair keys;

  @TempDir Path temporary;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = TestCertificate.keys(2048);
  }

  /** OPC 10000-6, 6.2.2: servers look at each of these. */
  @Test
  void theFirstUseMakesACertificateAsTheStandardAsks() throws Exception {
    ApplicationCertificate own = pki().own();
    X509Certificate certificate = own.certificate();
    assertEquals("urn:host-5:millwright", own.applicationUri());
    assertTrue(((RSAPublicKey) certificate.getPublicKey()).getModulus().bitLength() >= 2048);
    assertEquals("SHA256withRSA", certificate.getSigAlgName());
    assertEquals(-1, certificate.getBasicConstraints());
    boolean[] usage = Arrays.copyOf(certificate.getKeyUsage(), 4);
    assertArrayEquals(new boolean[] {true, true, true, true}, usage);
    assertTrue(certificate.getExtendedKeyUsage().contains("1.3.6.1.5.5.7.3.2"));
    assertEquals(
        Set.of("urn:host-5:millwright", "host-5", "10.0.0.9"),
        Set.copyOf(
            certificate.getSubjectAlternativeNames().stream()
                .map(name -> name.get(1).toString())
                .toList()));
    assertTrue(
        certificate.getNotAfter().toInstant().isAfter(Instant.now().plus(700, ChronoUnit.DAYS)));
  }

  @Test
  void theKeyIsForItsOwnerAlone() throws Exception {
    pki().own();
    assertEquals("rwx------", mode("own"));
    assertEquals("rw-------", mode("own/private-key.pem"));
    try (Stream<Path> all = Files.list(folder())) {
      assertEquals(
          List.of("issuers", "own", "rejected", "trusted"),
          all.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  /** Each server would have to be told to trust the new one. */
  @Test
  void aCertificateThatIsThereStays() throws Exception {
    X509Certificate first = pki().own().certificate();
    assertEquals(first, pki().own().certificate());
  }

  @Test
  void twoThatMakeItAtTheSameMomentGetTheSame() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<X509Certificate>> made = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Callable<X509Certificate> make = () -> pki().own().certificate();
        made.add(threads.submit(make));
      }
      for (Future<X509Certificate> each : made) {
        assertEquals(made.get(0).get(), each.get());
      }
    } finally {
      threads.shutdown();
    }
    try (Stream<Path> all = Files.list(folder())) {
      assertFalse(all.anyMatch(file -> file.getFileName().toString().startsWith(".")));
    }
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws Exception {
    pki().own();
    Path key = folder().resolve("own/private-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertEquals(
        key
            + " can be used by others (rw-r-----), so whoever may log in here could pass for this"
            + " application; chmod 600 it, and make a new certificate if somebody may have read it",
        mistake(() -> pki().own()));
  }

  @Test
  void aKeyThatIsMissingOrCannotBeUsedIsNamedAndNothingIsOverwritten() throws Exception {
    pki().own();
    Path key = folder().resolve("own/private-key.pem");
    String was = Files.readString(key);
    Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----\nAA\n-----END RSA PRIVATE KEY-----\n");
    assertEquals(
        key
            + " cannot be used: it holds a block \"BEGIN RSA PRIVATE KEY\"; an RSA key in PKCS #8"
            + " without a passphrase is needed, as of: openssl pkcs8 -topk8 -nocrypt",
        mistake(() -> pki().own()));
    Files.writeString(key, TestCertificate.of("x").make(keys).keyPem());
    assertTrue(mistake(() -> pki().own()).contains(" is not the key of "));
    Files.delete(key);
    assertTrue(mistake(() -> pki().own()).startsWith(key + " is missing; restore it, or move its"));
    assertFalse(Files.exists(key));
    Files.writeString(key, was);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    pki().own();
  }

  @Test
  void lookingMakesNothing() throws Exception {
    assertNull(pki().ownIfMade());
    assertEquals(List.of(), pki().rejected());
    assertEquals(List.of(), pki().trusted().certificates());
    assertFalse(Files.exists(folder()));
  }

  @Test
  void whatWasRefusedIsKeptWithTheReasonUntilItIsAccepted() throws Exception {
    Pki pki = made();
    TestCertificate plc = TestCertificate.of("PLC").uri("urn:plc").dns("plc").make(keys);
    refuse(pki, plc);
    Rejection rejection = pki.rejected().get(0);
    assertEquals(plc.certificate(), rejection.certificate());
    assertEquals("{opc.tcp://plc:4840=not trusted}", rejection.why().toString());
    String thumbprint = Certificates.thumbprint(plc.certificate());
    assertTrue(pki.accept(thumbprint.substring(0, 8).toLowerCase(java.util.Locale.ROOT)).changed());
    assertEquals(List.of(), pki.rejected());
    assertEquals(List.of(plc.certificate()), pki.trusted().certificates());
    // Another process has done it as far as a running daemon is concerned.
    assertEquals(List.of(), pki().judge(List.of(plc.certificate()), CLAIM, Set.of()));
    assertFalse(pki.accept(thumbprint).changed());
  }

  /** The issuers come with the server; without them nobody could ever accept it. */
  @Test
  void acceptingMakesItsIssuersKnownAndTrustsNoneOfThem() throws Exception {
    Pki pki = made();
    TestCertificate root = TestCertificate.of("Root").authority().make();
    TestCertificate plc =
        TestCertificate.of("PLC").uri("urn:plc").dns("plc").issuedBy(root).make(keys);
    pki.judge(List.of(plc.certificate(), root.certificate()), CLAIM, Set.of());
    pki.accept(Certificates.thumbprint(plc.certificate()));
    assertEquals(List.of(plc.certificate()), pki.trusted().certificates());
    assertEquals(
        List.of(), pki.judge(List.of(plc.certificate()), CLAIM, Set.of(Check.REVOCATION_LIST)));
    TestCertificate sibling =
        TestCertificate.of("Other").uri("urn:plc").dns("plc").issuedBy(root).make(keys);
    assertEquals(
        "not trusted",
        Pki.words(pki.judge(List.of(sibling.certificate()), CLAIM, Set.of(Check.REVOCATION_LIST))));
  }

  @Test
  void whatIsRejectedIsTrustedNoMore() throws Exception {
    Pki pki = made();
    TestCertificate plc = TestCertificate.of("PLC").uri("urn:plc").dns("plc").make(keys);
    pki.trust(plc.certificate());
    String thumbprint = Certificates.thumbprint(plc.certificate());
    assertTrue(pki.reject(thumbprint).changed());
    assertEquals(List.of(), pki.trusted().certificates());
    assertEquals(plc.certificate(), pki.rejected().get(0).certificate());
    assertEquals(1, pki.judge(List.of(plc.certificate()), CLAIM, Set.of()).size());
    assertFalse(pki.reject(thumbprint).changed());
    assertTrue(pki.accept(thumbprint).changed());
  }

  /** Two technicians with two lists of thumbprints: the wrong server must not be trusted. */
  @Test
  void aPrefixThatMeansNoneOrSeveralIsRefused() throws Exception {
    Pki pki = made();
    refuse(pki, TestCertificate.of("A").make(keys));
    refuse(pki, TestCertificate.of("B").make(keys));
    assertEquals(
        "no certificate has a thumbprint that begins with \"xyz\"",
        mistake(() -> pki.accept("xyz")));
    assertTrue(mistake(() -> pki.accept("")).startsWith("no certificate has"));
    for (int i = 0; i < 40; i++) {
      refuse(pki, TestCertificate.of("C" + i).make(keys));
    }
    // Of 42 thumbprints two begin with the same of 16 digits.
    List<String> digits =
        pki.rejected().stream()
            .map(each -> Certificates.thumbprint(each.certificate()).substring(0, 1))
            .toList();
    String twice =
        digits.stream().filter(d -> digits.indexOf(d) != digits.lastIndexOf(d)).findFirst().get();
    assertTrue(
        mistake(() -> pki.accept(twice))
            .startsWith("\"" + twice + "\" is the beginning of several"));
    assertEquals(List.of(), pki.trusted().certificates());
  }

  /** I8: anybody on the network can present as many certificates as he likes. */
  @Test
  void theRejectedAreBoundedAndTheLatestStay() throws Exception {
    Pki pki = made();
    List<X509Certificate> all = new ArrayList<>();
    for (int i = 0; i < RejectedList.LIMIT + 5; i++) {
      TestCertificate each = TestCertificate.of("Flood " + i).make(keys);
      refuse(pki, each);
      all.add(each.certificate());
      Path file =
          folder().resolve("rejected/" + Certificates.thumbprint(each.certificate()) + ".pem");
      Files.setLastModifiedTime(
          file, java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(1_000_000 + i)));
    }
    List<X509Certificate> kept = pki.rejected().stream().map(Rejection::certificate).toList();
    assertEquals(RejectedList.LIMIT, kept.size());
    assertTrue(kept.containsAll(all.subList(10, all.size())));
  }

  /** Its names are whatever somebody likes: they must not make another certificate of it. */
  @Test
  void theNamesInACertificateCannotHideItOrPassForAnother() throws Exception {
    Pki pki = made();
    TestCertificate plc =
        TestCertificate.of("PLC")
            .uri("urn:plc")
            .dns("-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----")
            .dns("a\nrefused: opc.tcp://b c\u001b[2J")
            .make(keys);
    refuse(pki, plc);
    Rejection rejection = pki.rejected().get(0);
    assertEquals(plc.certificate(), rejection.certificate());
    assertEquals(Set.of("opc.tcp://plc:4840"), rejection.why().keySet());
    assertTrue(rejection.why().toString().contains(", a?refused: opc.tcp://b c?[2J"));
  }

  /** A chain as large as a message may be would make a file that nobody can read any more. */
  @Test
  void anEnormousChainIsKeptWithoutItsIssuers() throws Exception {
    Pki pki = made();
    TestCertificate plc = TestCertificate.of("PLC").uri("urn:plc").dns("plc").make(keys);
    TestCertificate.Recipe large = TestCertificate.of("Large");
    for (int i = 0; i < 4_000; i++) {
      large.dns("name-" + i + ".example");
    }
    X509Certificate huge = large.make(keys).certificate();
    pki.judge(List.of(plc.certificate(), huge), CLAIM, Set.of());
    assertEquals(List.of(plc.certificate()), pki.rejected().get(0).chain());
    pki.judge(List.of(huge), CLAIM, Set.of());
    assertEquals(1, pki.rejected().size());
  }

  /** A link that tries again every few seconds must not wear out the disk. */
  @Test
  void theSameRefusalIsWrittenOnce() throws Exception {
    Pki pki = made();
    TestCertificate plc = TestCertificate.of("PLC").uri("urn:plc").dns("plc").make(keys);
    refuse(pki, plc);
    Path file = folder().resolve("rejected/" + Certificates.thumbprint(plc.certificate()) + ".pem");
    Object inode = Files.getAttribute(file, "unix:ino");
    refuse(pki, plc);
    assertEquals(inode, Files.getAttribute(file, "unix:ino"));
  }

  /** A session may last for months; whoever is told on the day itself is told too late. */
  @Test
  void aCertificateThatExpiresSoonIsToldOnceADay() throws Exception {
    Instant end = Instant.parse("2027-03-31T12:00:00Z");
    X509Certificate certificate =
        TestCertificate.of("PLC")
            .valid(end.minus(300, ChronoUnit.DAYS), end)
            .make(keys)
            .certificate();
    Instant[] now = {end.minus(31, ChronoUnit.DAYS)};
    Pki pki = new Pki(folder(), APPLICANT, () -> now[0]);
    assertNull(pki.reminder(certificate));
    now[0] = end.minus(29, ChronoUnit.DAYS);
    assertEquals("expires on 2027-03-31, in 29 days", pki.reminder(certificate));
    now[0] = now[0].plus(23, ChronoUnit.HOURS);
    assertNull(pki.reminder(certificate));
    now[0] = now[0].plus(2, ChronoUnit.HOURS);
    assertEquals("expires on 2027-03-31, in 27 days", pki.reminder(certificate));
    now[0] = end.plus(1, ChronoUnit.DAYS);
    assertEquals("expired on 2027-03-31", pki.reminder(certificate));
  }

  @Test
  void aTrustListThatAnybodyMayWriteIsNotBelieved() throws Exception {
    Pki pki = made();
    Path trusted = folder().resolve("trusted");
    Files.setPosixFilePermissions(trusted, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertTrue(
        mistake(() -> refuse(pki, TestCertificate.of("PLC").make(keys)))
            .startsWith(trusted + " can be written by anybody (rwxrwxrwx), who could make the"));
  }

  private static void refuse(Pki pki, TestCertificate plc) throws PkiException {
    assertFalse(pki.judge(List.of(plc.certificate()), CLAIM, Set.of()).isEmpty());
  }

  /** With folders, and a certificate that was not made for the test alone. */
  private Pki made() throws Exception {
    TestCertificate.of("Own").uri("urn:own").make(keys).installIn(folder());
    Pki pki = pki();
    pki.own();
    return pki;
  }

  private Pki pki() {
    return new Pki(folder(), APPLICANT, InstantSource.system());
  }

  private Path folder() {
    return temporary.resolve("pki");
  }

  private String mode(String file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(file)));
  }

  private static String mistake(Executable what) {
    return assertThrows(PkiException.class, what).getMessage();
  }
}
