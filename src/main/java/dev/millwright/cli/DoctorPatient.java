package dev.millwright.cli;

import dev.millwright.config.Configuration;
import dev.millwright.daemon.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code doctor} looks at.
 *
 * @param configuration null where it cannot be used
 * @param main the main file alone; null where not even that can be used
 * @param socket the daemon's control socket
 * @param daemon what the daemon tells; null where none answers
 * @param unit what systemd tells of its unit; empty where there is none, or no systemd
 */
record DoctorPatient(
    Configuration configuration,
    Configuration main,
    Path socket,
    Told daemon,
    Map<String, String> unit) {

  static final String UNIT = "millwright.service";

  /** Asks systemd. */
  static Map<String, String> unitOfSystemd() throws InterruptedException {
    return Programs.properties(
        "systemctl",
        "show",
        UNIT,
        "--property=LoadState,UnitFileState,ActiveState,SubState,MainPID,NRestarts,WatchdogUSec,"
            + "User,SupplementaryGroups,MemoryMax,Result");
  }

  /** The running daemon's process; 0 where none is known. */
  long pid() {
    if (daemon != null && daemon.daemon() != null) {
      return daemon.daemon().count("pid");
    }
    String main = unit.getOrDefault("MainPID", "0");
    return main.matches("\\d+") ? Long.parseLong(main) : 0;
  }

  /** Who the daemon is, or is to be. */
  String user() throws IOException {
    Path process = Path.of("/proc/" + pid());
    if (pid() > 0 && Files.exists(process)) {
      return Files.getOwner(process).getName();
    }
    String user = unit.getOrDefault("User", "");
    if (user.isEmpty() && Files.exists(socket)) {
      return Files.getOwner(socket).getName();
    }
    return user.isEmpty() ? System.getProperty("user.name") : user;
  }

  /** The numbers of the groups that it is in, or will be. */
  Set<String> groups() throws IOException, InterruptedException {
    Set<String> groups = new TreeSet<>();
    Path status = Path.of("/proc/" + pid() + "/status");
    if (pid() > 0 && Files.isReadable(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("Groups:") || line.startsWith("Gid:")) {
          groups.addAll(Arrays.asList(line.replaceFirst("^\\w+:", "").strip().split("\\s+", -1)));
        }
      }
      return groups;
    }
    String told = Programs.ask("id", "-G", user());
    groups.addAll(told == null ? Set.of() : Arrays.asList(told.split("\\s+", -1)));
    for (String group : unit.getOrDefault("SupplementaryGroups", "").split("\\s+", -1)) {
      String entry = group.isEmpty() ? null : Programs.ask("getent", "group", group);
      if (entry != null) {
        groups.add(entry.split(":", -1)[2]);
      }
    }
    return groups;
  }
}
