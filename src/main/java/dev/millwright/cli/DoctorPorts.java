package dev.millwright.cli;

import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Wirings;
import dev.millwright.device.serial.HostFiles;
import dev.millwright.device.serial.Port;
import dev.millwright.device.serial.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The serial ports that the configuration names: there, by a lasting name, free, and allowed. */
final class DoctorPorts {

  private DoctorPorts() {}

  static List<Diagnosis> look(DoctorPatient patient, HostFiles host)
      throws IOException, InterruptedException {
    Map<String, List<String>> machines = byPort(patient);
    if (machines.isEmpty()) {
      return List.of(Diagnosis.ok("ports", "no machine is on a serial port"));
    }
    List<Diagnosis> found = new ArrayList<>();
    for (PortRow row : PortRow.of(Ports.look(host), machines)) {
      if (!row.names().isEmpty()) {
        found.add(port(patient, host, row));
      }
    }
    String library = Ports.libraryProblem();
    found.add(
        library == null
            ? Diagnosis.ok("serial library", "it can be loaded")
            : Diagnosis.fault("serial library", library, "see what it names"));
    return found;
  }

  private static Map<String, List<String>> byPort(DoctorPatient patient) {
    Map<String, List<String>> machines = new TreeMap<>();
    for (MachineSettings machine : patient.configuration().machines()) {
      String port = Wirings.serialPort(machine);
      if (port != null) {
        machines.computeIfAbsent(port, name -> new ArrayList<>()).add(machine.serialNumber());
      }
    }
    return machines;
  }

  private static Diagnosis port(DoctorPatient patient, HostFiles host, PortRow row)
      throws IOException, InterruptedException {
    String name = row.names().get(0);
    String subject = "port";
    String users = String.join(", ", row.machines());
    if (row.port() == null && !Files.exists(Path.of(name))) {
      return Diagnosis.fault(
          subject,
          name + " is not there (" + users + "): " + row.problem(),
          "plug it in, or correct the machine's file; millwright ports shows what there is");
    }
    if (row.port() == null) {
      return Diagnosis.fault(
          subject,
          name + " (" + users + "): " + row.problem(),
          "correct the machine's file; millwright ports shows what there is");
    }
    String denied = denied(patient, Path.of(name));
    if (denied != null) {
      return Diagnosis.fault(
          subject,
          "user " + patient.user() + " may not open " + name + " (" + users + "): " + denied,
          allow(patient.user(), Files.getAttribute(port(name), "posix:group").toString()));
    }
    Port port = row.port();
    boolean ours = port.holders().stream().anyMatch(holder -> holder.pid() == patient.pid());
    if (!ours && row.problem() != null && row.problem().startsWith("busy")) {
      return Diagnosis.fault(subject, name + " is " + row.problem(), "end the other program");
    }
    if (!port.byId().isEmpty() && isNumbered(host, Path.of(name))) {
      return Diagnosis.warning(
          subject,
          name + " may have another number after the next start of the host (" + users + ")",
          "write port = \"" + port.byId().get(0) + "\" in the machine's file");
    }
    String held = port.holders().isEmpty() ? "" : ", held by " + port.holders().get(0);
    return Diagnosis.ok(
        subject, name + " is there, and the daemon may use it (" + users + ")" + held);
  }

  /** The kernel gives these numbers in the order in which adapters are found. */
  private static boolean isNumbered(HostFiles host, Path name) {
    return host.dev().equals(name.getParent())
        && name.getFileName().toString().matches("tty(USB|ACM)\\d+");
  }

  private static Path port(String name) throws IOException {
    return Path.of(name).toRealPath();
  }

  private static String allow(String user, String group) {
    return group.equals("root")
        ? "give it to group dialout by a udev rule: GROUP=\"dialout\", MODE=\"0660\""
        : "usermod --append --groups " + group + " " + user + ", then restart the daemon";
  }

  /** Why the daemon's user may not; null when it may. */
  private static String denied(DoctorPatient patient, Path port)
      throws IOException, InterruptedException {
    Path device = port.toRealPath();
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(device);
    String owner = Files.getOwner(device).getName();
    String user = patient.user();
    if (user.equals("root")
        || (user.equals(owner) && rights.contains(PosixFilePermission.OWNER_WRITE))
        || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
      return null;
    }
    String group = Files.getAttribute(device, "unix:gid").toString();
    if (rights.contains(PosixFilePermission.GROUP_WRITE) && patient.groups().contains(group)) {
      return null;
    }
    return "it belongs to "
        + owner
        + " and group "
        + Files.getAttribute(device, "posix:group")
        + ", of which that user is not";
  }
}
