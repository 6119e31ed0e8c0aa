package dev.millwright.cli;

import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Build;
import dev.millwright.daemon.Programs;
import dev.millwright.daemon.Wirings;
import dev.millwright.pki.ApplicationCertificate;
import dev.millwright.pki.Pki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The daemon as a service: systemd's unit, the control socket, its machines, its certificates. */
final class DoctorService {

  /** As early as the daemon's own reminders. */
  private static final Duration EXPIRY = Duration.ofDays(30);

  /** A failover of the database is over by then. */
  private static final Duration LATE = Duration.ofMinutes(5);

  private static final int MOST_NAMED = 5;

  private DoctorService() {}

  static List<Diagnosis> systemd(DoctorPatient patient) throws InterruptedException {
    Map<String, String> unit = patient.unit();
    if (unit.isEmpty()) {
      return List.of(
          Diagnosis.warning(
              "systemd", "does not answer here", "see to it yourself that the daemon is started"));
    }
    if (!"loaded".equals(unit.get("LoadState"))) {
      return List.of(notInstalled());
    }
    List<Diagnosis> found = new ArrayList<>();
    found.add(state(unit));
    String enabled = unit.getOrDefault("UnitFileState", "");
    found.add(
        // Not enabled-runtime, which a start of the host forgets.
        enabled.equals("enabled")
            ? Diagnosis.ok("systemd start", "begins with the host")
            : Diagnosis.warning(
                "systemd start",
                "the unit is " + enabled + ": it does not begin with the host",
                "systemctl enable millwright"));
    // Of a unit that does not run systemd tells "infinity", whatever its file says.
    if (Long.parseLong(unit.getOrDefault("MainPID", "0")) > 0) {
      found.add(watchdog(unit.getOrDefault("WatchdogUSec", "0")));
    }
    return found;
  }

  private static Diagnosis watchdog(String after) {
    return after.equals("0") || after.equals("infinity")
        ? Diagnosis.warning(
            "systemd watchdog", "is off", "WatchdogSec= in the unit, as it is delivered")
        : Diagnosis.ok("systemd watchdog", "after " + after);
  }

  private static Diagnosis state(Map<String, String> unit) {
    String active = unit.getOrDefault("ActiveState", "");
    String words = "unit is " + active + " (" + unit.get("SubState") + ")";
    if (active.equals("active") || active.equals("reloading")) {
      return Diagnosis.ok("systemd", words + ", restarts " + unit.get("NRestarts"));
    }
    // One that ends and is started again and again is activating, too.
    return active.equals("activating") && "success".equals(unit.get("Result"))
        ? Diagnosis.warning("systemd", words, "look again when it is started")
        : Diagnosis.fault(
            "systemd",
            words + ", last result " + unit.get("Result"),
            "systemctl start millwright; journalctl -u millwright says why it ended");
  }

  /** Perhaps it is a service of one user, which ends with the login unless that lingers. */
  private static Diagnosis notInstalled() throws InterruptedException {
    Map<String, String> own =
        Programs.properties(
            "systemctl", "--user", "show", DoctorPatient.UNIT, "--property=LoadState,ActiveState");
    String user = System.getProperty("user.name");
    return ofUser(
        own, user, Programs.ask("loginctl", "show-user", user, "--property=Linger", "--value"));
  }

  /**
   * Of a service of one user.
   *
   * @param own what that user's systemd tells of its unit; empty where it does not
   * @param linger what loginctl says; null where it does not know the user, who is not logged in
   */
  static Diagnosis ofUser(Map<String, String> own, String user, String linger) {
    if (!"loaded".equals(own.get("LoadState"))) {
      return Diagnosis.warning(
          "systemd",
          "has no unit " + DoctorPatient.UNIT,
          "install the package, or the unit in systemd/");
    }
    return "yes".equals(linger)
        ? Diagnosis.ok("systemd", "unit of this user, " + own.get("ActiveState") + ", lingers")
        : Diagnosis.warning(
            "systemd",
            "unit of this user, " + own.get("ActiveState") + ", ends with the last login",
            "loginctl enable-linger " + user);
  }

  static List<Diagnosis> socket(DoctorPatient patient, String silent) throws IOException {
    List<Diagnosis> found = new ArrayList<>();
    Path socket = patient.socket();
    if (patient.daemon() == null) {
      found.add(
          Files.exists(socket)
              ? Diagnosis.warning("daemon", String.valueOf(silent), "sudo millwright doctor")
              : Diagnosis.fault(
                  "daemon",
                  "none answers: there is no socket " + socket,
                  "systemctl start millwright; where it runs, is this its configuration"
                      + " (--config)?"));
    } else {
      String version = patient.daemon().daemon().text("version");
      String words =
          "version "
              + version
              + ", up "
              + Times.ago(patient.daemon().daemon().instant("up_since"), Instant.now());
      found.add(
          Build.version().equals(version)
              ? Diagnosis.ok("daemon", words)
              : Diagnosis.warning(
                  "daemon",
                  words + ", and this program is " + Build.version(),
                  "systemctl restart millwright"));
    }
    if (Files.exists(socket)) {
      found.add(permissions(socket));
    }
    return found;
  }

  private static Diagnosis permissions(Path socket) throws IOException {
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(socket);
    String words =
        socket
            + " "
            + PosixFilePermissions.toString(rights)
            + " "
            + Files.getOwner(socket).getName()
            + ":"
            + Files.getAttribute(socket, "posix:group");
    return rights.contains(PosixFilePermission.OTHERS_WRITE)
        ? Diagnosis.fault(
            "control socket",
            words + ": everybody on this host may command machines",
            "chmod 0660 " + socket)
        : Diagnosis.ok("control socket", words);
  }

  /** What the daemon itself has to complain of. */
  static List<Diagnosis> machines(DoctorPatient patient) {
    List<MachineLine> machines = patient.daemon().machines();
    List<Diagnosis> found = new ArrayList<>();
    found.add(
        some(
            "links",
            machines.stream().filter(m -> !"true".equals(m.link().text("open"))).toList(),
            "down",
            "all of " + machines.size() + " machines are reached"));
    found.add(
        some(
            "data",
            machines.stream()
                .filter(m -> "true".equals(m.link().text("open")) && m.live().has("problem"))
                .toList(),
            "with data that says nothing",
            "good"));
    List<MachineLine> refused =
        machines.stream().filter(m -> m.live().count("quarantined") > 0).toList();
    found.add(some("quarantine", refused, "with transitions that the database refuses", "empty"));
    long pending = machines.stream().mapToLong(m -> m.live().count("pending")).sum();
    Instant oldest =
        machines.stream()
            .map(m -> m.live().instant("pending_since"))
            .filter(since -> since != null)
            .min(Instant::compareTo)
            .orElse(null);
    boolean late = oldest != null && Duration.between(oldest, Instant.now()).compareTo(LATE) > 0;
    String words =
        pending
            + " pending"
            + (oldest == null ? "" : ", the oldest for " + Times.ago(oldest, Instant.now()));
    found.add(
        late
            ? Diagnosis.warning("deliveries", words, "see the database, and millwright status")
            : Diagnosis.ok("deliveries", words));
    return found;
  }

  private static Diagnosis some(
      String subject, List<MachineLine> which, String how, String allWell) {
    if (which.isEmpty()) {
      return Diagnosis.ok(subject, allWell);
    }
    String names =
        which.stream().limit(MOST_NAMED).map(MachineLine::serial).collect(Collectors.joining(", "));
    return Diagnosis.warning(
        subject,
        which.size() + " " + how + ": " + names + (which.size() > MOST_NAMED ? ", …" : ""),
        "millwright why " + which.get(0).serial());
  }

  static List<Diagnosis> certificates(DoctorPatient patient) throws Exception {
    Configuration configuration = patient.configuration();
    boolean uses =
        configuration.machines().stream().map(MachineSettings::protocol).anyMatch("opcua"::equals);
    if (!uses) {
      return List.of(Diagnosis.ok("certificates", "no machine is on OPC UA"));
    }
    Pki pki = Wirings.pki(configuration, InstantSource.system());
    if (Files.exists(pki.folder()) && !Files.isReadable(pki.folder())) {
      return List.of(
          Diagnosis.warning(
              "certificates",
              "user " + System.getProperty("user.name") + " may not look into " + pki.folder(),
              "sudo millwright doctor sees more"));
    }
    List<Diagnosis> found = new ArrayList<>();
    ApplicationCertificate own = pki.ownIfMade();
    found.add(
        own == null
            ? Diagnosis.ok("own certificate", "is made when it is first used")
            : expiry("own certificate", own.certificate(), "millwright trust own --help"));
    Pki.Trusted trusted = pki.trusted();
    for (X509Certificate certificate : trusted.certificates()) {
      found.add(
          expiry(
              "trusted certificate",
              certificate,
              "have the server's renewed, then: millwright trust list, trust accept"));
    }
    for (X509Certificate certificate : trusted.issuers()) {
      found.add(
          expiry(
              "issuer's certificate",
              certificate,
              "put the renewed one into " + pki.folder().resolve("issuers")));
    }
    trusted
        .unreadable()
        .forEach(
            file ->
                found.add(Diagnosis.warning("trusted certificates", file, "remove or replace it")));
    return found;
  }

  private static Diagnosis expiry(String subject, X509Certificate certificate, String advice) {
    Instant end = certificate.getNotAfter().toInstant();
    Duration left = Duration.between(Instant.now(), end);
    String day = end.atZone(ZoneId.systemDefault()).toLocalDate().toString();
    if (left.isNegative()) {
      return Diagnosis.fault(
          subject, certificate.getSubjectX500Principal().getName() + " expired on " + day, advice);
    }
    if (Instant.now().isBefore(certificate.getNotBefore().toInstant())) {
      return Diagnosis.fault(
          subject,
          certificate.getSubjectX500Principal().getName()
              + " is valid only from "
              + certificate.getNotBefore().toInstant(),
          "is this host's clock right (date)? Else wait until then");
    }
    String words =
        certificate.getSubjectX500Principal().getName()
            + " until "
            + day
            + ", "
            + left.toDays()
            + " days";
    return left.compareTo(EXPIRY) < 0
        ? Diagnosis.warning(subject, words, advice)
        : Diagnosis.ok(subject, words);
  }
}
