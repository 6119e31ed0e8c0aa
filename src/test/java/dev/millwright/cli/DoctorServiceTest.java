package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} makes of systemd's answers, and of certificates. */
class DoctorServiceTest {

  /** As systemd 252 tells it of the packaged unit while the daemon runs. */
  private static final Map<String, String> RUNNING =
      Map.of(
          "LoadState", "loaded",
          "UnitFileState", "enabled",
          "ActiveState", "active",
          "SubState", "running",
          "MainPID", "4194999",
          "NRestarts", "0",
          "WatchdogUSec", "1min",
          "User", "millwright",
          "MemoryMax", "536870912",
          "Result", "success");

  @TempDir private Path folder;
  private Sites sites;

  @BeforeEach
  void site() throws Exception {
    sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.opcUa("PRESS-01", 1);
  }

  private List<Diagnosis> systemd(String... other) throws Exception {
    Map<String, String> unit = new TreeMap<>(RUNNING);
    for (int i = 0; i < other.length; i += 2) {
      unit.put(other[i], other[i + 1]);
    }
    return DoctorService.systemd(Patients.of(sites, unit));
  }

  @Test
  void a_unit_that_runs_is_well() throws Exception {
    assertEquals(
        List.of(
            Diagnosis.ok("systemd", "unit is active (running), restarts 0"),
            Diagnosis.ok("systemd start", "begins with the host"),
            Diagnosis.ok("systemd watchdog", "after 1min")),
        systemd());
    assertEquals(
        Diagnosis.Level.OK,
        Patients.of("systemd", systemd("ActiveState", "reloading", "SubState", "reload")).level());
  }

  /** systemd 252 says WatchdogUSec=infinity of a stopped unit, whatever its file says. */
  @Test
  void of_a_stopped_unit_only_that_is_a_fault() throws Exception {
    List<Diagnosis> found =
        systemd(
            "ActiveState",
            "inactive",
            "SubState",
            "dead",
            "MainPID",
            "0",
            "WatchdogUSec",
            "infinity");
    assertEquals(
        List.of(
            Diagnosis.fault(
                "systemd",
                "unit is inactive (dead), last result success",
                "systemctl start millwright; journalctl -u millwright says why it ended"),
            Diagnosis.ok("systemd start", "begins with the host")),
        found);
  }

  @Test
  void a_unit_that_is_starting_is_told_from_one_that_ends_again_and_again() throws Exception {
    Diagnosis starting =
        Patients.of("systemd", systemd("ActiveState", "activating", "SubState", "start"));
    assertEquals(Diagnosis.Level.WARNING, starting.level());
    Diagnosis failing =
        Patients.of(
            "systemd",
            systemd(
                "ActiveState", "activating", "SubState", "auto-restart", "Result", "exit-code"));
    assertEquals(Diagnosis.Level.FAULT, failing.level());
    assertTrue(failing.words().endsWith("last result exit-code"), failing::words);
  }

  @Test
  void a_watchdog_that_is_off_and_a_start_that_does_not_last_are_warned_of() throws Exception {
    assertEquals(
        "WatchdogSec= in the unit, as it is delivered",
        Patients.of("systemd watchdog", systemd("WatchdogUSec", "0")).advice());
    for (String state : List.of("disabled", "enabled-runtime", "")) {
      Diagnosis start = Patients.of("systemd start", systemd("UnitFileState", state));
      assertEquals(Diagnosis.Level.WARNING, start.level(), state);
      assertEquals("systemctl enable millwright", start.advice());
    }
  }

  @Test
  void a_host_without_systemd_is_warned_of_once() throws Exception {
    assertEquals(
        List.of(
            Diagnosis.warning(
                "systemd",
                "does not answer here",
                "see to it yourself that the daemon is started")),
        DoctorService.systemd(Patients.of(sites)));
  }

  /** A service of one user ends with that user's last login, unless the user lingers. */
  @Test
  void a_service_of_one_user_has_to_linger() {
    Map<String, String> own = Map.of("LoadState", "loaded", "ActiveState", "active");
    assertEquals(
        Diagnosis.ok("systemd", "unit of this user, active, lingers"),
        DoctorService.ofUser(own, "kim", "yes"));
    for (String linger : new String[] {"no", null}) {
      assertEquals(
          Diagnosis.warning(
              "systemd",
              "unit of this user, active, ends with the last login",
              "loginctl enable-linger kim"),
          DoctorService.ofUser(own, "kim", linger));
    }
    Diagnosis none = DoctorService.ofUser(Map.of("LoadState", "not-found"), "kim", "yes");
    assertEquals("has no unit millwright.service", none.words());
  }

  private TestCertificate.Recipe certificate(Duration from, Duration until) {
    Instant now = Instant.now();
    return TestCertificate.of("Press").uri("urn:press").valid(now.plus(from), now.plus(until));
  }

  private List<Diagnosis> certificates() throws Exception {
    return DoctorService.certificates(Patients.of(sites));
  }

  private Diagnosis own(Duration from, Duration until) throws Exception {
    certificate(from, until).make().installIn(folder.resolve("pki"));
    return Patients.of("own certificate", certificates());
  }

  private Diagnosis ofServer(String place, String subject, Duration from, Duration until)
      throws Exception {
    Path file = Files.createDirectories(folder.resolve("pki").resolve(place)).resolve("a.pem");
    Files.writeString(file, certificate(from, until).make().certificatePem());
    return Patients.of(subject, certificates());
  }

  /** FIELD 10: which one, and until when; thirty days are enough for whoever has to renew it. */
  @Test
  void certificates_are_looked_at_for_their_end() throws Exception {
    Duration past = Duration.ofDays(-400);
    Diagnosis good = own(past, Duration.ofDays(90));
    assertEquals(Diagnosis.Level.OK, good.level(), good::toString);
    assertTrue(good.words().startsWith("O=Test,CN=Press until "), good::words);
    assertTrue(good.words().endsWith(", 89 days"), good::words);
    Diagnosis soon = own(past, Duration.ofDays(29));
    assertEquals(Diagnosis.Level.WARNING, soon.level(), soon::toString);
    assertEquals("millwright trust own --help", soon.advice());
    Diagnosis over = own(past, Duration.ofDays(-1));
    assertEquals(Diagnosis.Level.FAULT, over.level(), over::toString);
    assertTrue(over.words().contains(" expired on "), over::words);
    assertEquals(
        Diagnosis.Level.WARNING,
        ofServer("trusted", "trusted certificate", past, Duration.ofDays(10)).level());
  }

  /** A server's certificate is worth no more than the one that has issued it. */
  @Test
  void an_issuers_end_counts_as_well() throws Exception {
    Diagnosis over =
        ofServer("issuers", "issuer's certificate", Duration.ofDays(-9), Duration.ofDays(-1));
    assertEquals(Diagnosis.Level.FAULT, over.level(), over::toString);
    assertTrue(over.advice().endsWith(folder.resolve("pki/issuers").toString()), over::advice);
  }

  /** On a host that has lost its clock with its power no certificate is valid yet. */
  @Test
  void one_that_is_not_valid_yet_asks_for_the_clock() throws Exception {
    Diagnosis early = own(Duration.ofDays(1), Duration.ofDays(365));
    assertEquals(Diagnosis.Level.FAULT, early.level(), early::toString);
    assertTrue(early.words().contains(" is valid only from "), early::words);
    assertTrue(early.advice().startsWith("is this host's clock right"), early::advice);
  }

  @Test
  void a_file_that_is_no_certificate_is_named() throws Exception {
    Path file = Files.createDirectories(folder.resolve("pki/trusted")).resolve("press.der");
    Files.writeString(file, "no certificate");
    Diagnosis found = Patients.of("trusted certificates", certificates());
    assertEquals(Diagnosis.Level.WARNING, found.level());
    assertTrue(found.words().startsWith(file.toString()), found::words);
  }
}
