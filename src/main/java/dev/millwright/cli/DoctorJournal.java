package dev.millwright.cli;

import dev.millwright.journal.Backlog;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.journal.Peek;
import dev.millwright.settings.DataSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The journal: there, whose, how full, and what a daemon that is gone has left in it. */
final class DoctorJournal {

  private static final String SUBJECT = "journal";

  private DoctorJournal() {}

  static List<Diagnosis> look(DoctorPatient patient) throws IOException, InterruptedException {
    JournalSettings settings = patient.main().section(JournalSettings.class);
    Path path = settings.path();
    Path folder = path.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      return List.of(
          Diagnosis.fault(
              SUBJECT,
              "there is no folder " + folder,
              "start the daemon by systemd, which makes it (StateDirectory=)"));
    }
    if (!Files.isExecutable(folder)) {
      return List.of(unseen(path));
    }
    List<Diagnosis> found = new ArrayList<>();
    if (!Files.exists(path)) {
      found.add(
          Diagnosis.warning(
              SUBJECT, path + " is not there", "the daemon makes it when it first starts"));
    } else if (!Files.isReadable(path)) {
      found.add(unseen(path));
    } else if (patient.daemon() != null) {
      found.add(inUse(patient.daemon().daemon(), path));
    } else {
      found.addAll(left(settings));
    }
    found.add(DoctorHost.disk("journal's disk", folder));
    return found;
  }

  /**
   * As the daemon tells it. The file's size says nothing: it does not shrink when what it held is
   * delivered.
   */
  private static Diagnosis inUse(DetailView daemon, Path path) throws IOException {
    long used = daemon.count("journal_used_bytes");
    long limit = daemon.count("journal_limit_bytes");
    if (limit == 0) {
      return daemon.has("journal_trouble")
          ? Diagnosis.fault(
              SUBJECT,
              path + " cannot be asked: " + daemon.text("journal_trouble"),
              "see the log; its disk may be failing")
          : Diagnosis.ok(SUBJECT, path + holder(path));
    }
    String words =
        path + ", " + (used >> 10) + " KiB of " + new DataSize(limit >> 10 << 10) + holder(path);
    return used < limit / 10 * 9
        ? Diagnosis.ok(SUBJECT, words)
        : Diagnosis.fault(
            SUBJECT,
            words,
            "it is nearly full: mend the database, or what is quarantined (millwright journal"
                + " list)");
  }

  private static List<Diagnosis> left(JournalSettings settings) throws IOException {
    Path path = settings.path();
    if (!Files.isWritable(path)) {
      return List.of(Diagnosis.ok(SUBJECT, path + holder(path)));
    }
    try {
      Peek peek = Peek.at(settings, Instant.now());
      List<Backlog> backlogs = peek == null ? List.of() : List.copyOf(peek.backlogs().values());
      long waiting = backlogs.stream().mapToLong(Backlog::waiting).sum();
      long refused = backlogs.stream().mapToLong(Backlog::quarantined).sum();
      List<Diagnosis> found = new ArrayList<>();
      found.add(
          waiting == 0
              ? Diagnosis.ok(SUBJECT, path + ", held by nobody; nothing waits in it")
              : Diagnosis.warning(
                  SUBJECT,
                  path + ", held by nobody; transitions that wait in it: " + waiting,
                  "start the daemon, which delivers them"));
      if (refused > 0) {
        found.add(
            Diagnosis.warning(
                "quarantine",
                "transitions that the database refuses: " + refused,
                "millwright journal list --quarantined tells why; mend that, then: millwright"
                    + " journal retry"));
      }
      return found;
    } catch (JournalException e) {
      return List.of(
          e.kind() == JournalException.Kind.HELD
              ? Diagnosis.ok(SUBJECT, path + holder(path))
              : Diagnosis.fault(SUBJECT, e.getMessage(), "millwright journal verify"));
    }
  }

  private static Diagnosis unseen(Path path) {
    return Diagnosis.warning(
        SUBJECT,
        "user " + System.getProperty("user.name") + " may not look at " + path,
        "sudo millwright doctor sees more");
  }

  private static String holder(Path journal) throws IOException {
    Path lock = journal.resolveSibling(journal.getFileName() + ".lock");
    if (!Files.isReadable(lock) || Files.size(lock) > 200) {
      return "";
    }
    String holder = Files.readString(lock, StandardCharsets.UTF_8).strip();
    Matcher pid = Pattern.compile("process (\\d{1,18}) since .*").matcher(holder);
    return pid.matches() && ProcessHandle.of(Long.parseLong(pid.group(1))).isPresent()
        ? ", held by " + holder
        : ", held by nobody";
  }
}
