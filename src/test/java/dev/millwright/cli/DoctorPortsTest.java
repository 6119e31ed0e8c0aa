package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.device.serial.MadeUpHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} says of serial ports, on a host whose ports the test has made. */
class DoctorPortsTest {

  /** More than the kernel gives, so that no process of this host is meant. */
  private static final int PID = 4_194_999;

  @TempDir private Path folder;

  private MadeUpHost host;
  private Sites sites;
  private Path port;

  @BeforeEach
  void oneMachineOnAnAdapter() throws IOException {
    host = new MadeUpHost(Files.createDirectories(folder.resolve("host")));
    host.ftdi("ttyUSB0", "A50285BI");
    port = host.dev("ttyUSB0");
    sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
  }

  private Diagnosis look(Path named, Map<String, String> unit) throws Exception {
    sites.ascii("LATHE-01", named.toString());
    List<Diagnosis> found = DoctorPorts.look(Patients.of(sites, unit), host.files());
    assertEquals(Diagnosis.Level.OK, Patients.of("serial library", found).level());
    return Patients.of("port", found);
  }

  private void belongsTo(String group, String mode) throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "others may not give files away");
    Files.getFileAttributeView(port, PosixFileAttributeView.class)
        .setGroup(
            port.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
    Files.setPosixFilePermissions(port, PosixFilePermissions.fromString(mode));
  }

  /** Who is not in dialout reads what to do; the user that is looking may well be root. */
  @Test
  void a_user_outside_the_ports_group_is_named_with_the_command_that_helps() throws Exception {
    belongsTo("dialout", "rw-rw----");
    assertEquals(
        Diagnosis.fault(
            "port",
            "user nobody may not open "
                + port
                + " (LATHE-01): it belongs to root and group dialout, of which that user is not",
            "usermod --append --groups dialout nobody, then restart the daemon"),
        look(port, Map.of("User", "nobody")));
    // As the delivered unit gives it.
    assertEquals(
        Diagnosis.ok("port", port + " is there, and the daemon may use it (LATHE-01)"),
        look(port, Map.of("User", "nobody", "SupplementaryGroups", "video dialout")));
    // A group that may only read is of no use.
    Files.setPosixFilePermissions(port, PosixFilePermissions.fromString("rw-r-----"));
    Map<String, String> member = Map.of("User", "nobody", "SupplementaryGroups", "dialout");
    assertEquals(Diagnosis.Level.FAULT, look(port, member).level());
  }

  /** To put the daemon into group root would be worse than the fault. */
  @Test
  void a_port_of_group_root_is_given_away_rather_than_that_group() throws Exception {
    belongsTo("root", "rw-rw----");
    Diagnosis denied = look(port, Map.of("User", "nobody"));
    assertEquals(
        "give it to group dialout by a udev rule: GROUP=\"dialout\", MODE=\"0660\"",
        denied.advice());
  }

  @Test
  void a_port_that_another_program_has_locked_is_a_fault_and_ones_own_is_none() throws Exception {
    host.process(PID, "minicom", port);
    host.lock(PID, port);
    Diagnosis busy = look(port, Map.of());
    assertEquals(Diagnosis.Level.FAULT, busy.level(), busy::toString);
    assertTrue(busy.words().contains("busy: minicom"), busy::words);
    assertEquals("end the other program", busy.advice());
    Diagnosis own = look(port, Map.of("MainPID", Integer.toString(PID)));
    assertEquals(Diagnosis.Level.OK, own.level(), own::toString);
    assertTrue(own.words().contains("held by minicom"), own::words);
  }

  /** ttyUSB0 is whichever adapter answers first after a power cut. */
  @Test
  void a_name_that_changes_is_a_warning_with_the_one_that_lasts() throws Exception {
    String lasting = "usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0";
    host.name("by-id", lasting, "ttyUSB0");
    Path byId = host.dev("serial/by-id/" + lasting);
    Diagnosis numbered = look(port, Map.of());
    assertEquals(Diagnosis.Level.WARNING, numbered.level(), numbered::toString);
    assertEquals("write port = \"" + byId + "\" in the machine's file", numbered.advice());
    assertEquals(Diagnosis.Level.OK, look(byId, Map.of()).level());
  }

  @Test
  void what_is_no_serial_port_is_not_taken_for_one() throws Exception {
    Path file = Files.writeString(folder.resolve("notes.txt"), "a file");
    assertEquals(
        Diagnosis.fault(
            "port",
            file + " (LATHE-01): not a serial port: it is a file, not a device",
            "correct the machine's file; millwright ports shows what there is"),
        look(file, Map.of()));
  }
}
