package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.device.serial.Holder;
import dev.millwright.device.serial.Port;
import dev.millwright.device.serial.UsbAdapter;
import dev.millwright.simulator.PseudoTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a technician sees who looks for a port. */
class PortsCommandTest {

  private static final String ABSENT = "/dev/serial/by-id/usb-absent";

  private static final Port FTDI =
      new Port(
          Path.of("/dev/ttyUSB0"),
          List.of(Path.of("/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0")),
          List.of(Path.of("/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0")),
          "ftdi_sio",
          null,
          new UsbAdapter("0403", "6001", "FTDI", "FT232R USB UART", "A50285BI"),
          List.of(new Holder(1234, "minicom", true)),
          null);

  @TempDir private Path folder;

  private Sites sites;

  @BeforeEach
  void configuration() throws Exception {
    sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
  }

  @Test
  void a_port_is_a_block_with_names_that_can_be_copied() {
    PortRow row =
        PortRow.of(FTDI).usedBy(FTDI.byId().get(0).toString(), List.of("PRESS-01", "SAW-01"));
    assertEquals(
        """
        /dev/ttyUSB0  FTDI FT232R USB UART (0403:6001), serial number A50285BI
          by-id     /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0
          by-path   /dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0
          driver    ftdi_sio
          held by   minicom (pid 1234), locked
          config    /dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0
          machines  PRESS-01, SAW-01
          problem   busy: minicom (pid 1234) has locked it; a daemon that needs it waits for the end

        1 port\
        """,
        String.join("\n", PortsView.lines(List.of(row), 0)));
  }

  /** The daemon has its ports, and that is as it should be. */
  @Test
  void a_port_that_the_daemon_has_locked_is_no_problem() {
    Port ours =
        new Port(
            FTDI.device(),
            FTDI.byId(),
            FTDI.byPath(),
            null,
            null,
            null,
            List.of(new Holder(77, "millwright run", true)),
            null);
    assertNull(PortRow.of(ours).problem());
  }

  /** A port that nobody seems to hold may be held by somebody whom this user may not see. */
  @Test
  void what_this_user_may_not_see_is_said() {
    Port free =
        new Port(
            Path.of("/dev/ttyS0"), List.of(), List.of(), "serial", null, null, List.of(), "no");
    List<String> lines =
        PortsView.lines(List.of(new PortRow(free, List.of(), List.of(), free.denied())), 12);
    assertTrue(lines.contains("  held by   nobody that this user may see"), lines.toString());
    assertTrue(lines.contains("  problem   no"), lines.toString());
    assertTrue(
        lines
            .get(lines.size() - 1)
            .startsWith("the open files of 12 processes are not shown to user "),
        lines.toString());
  }

  /** Two adapters of one make without serial numbers: only one of them has the name. */
  @Test
  void an_adapter_without_a_name_of_its_own_is_said_to_have_none() {
    Port nameless =
        new Port(
            Path.of("/dev/ttyUSB1"),
            List.of(),
            FTDI.byPath(),
            "ch341",
            null,
            new UsbAdapter("1a86", "7523", null, "USB Serial", null),
            List.of(),
            null);
    String shown =
        String.join(
            "\n", PortsView.lines(List.of(new PortRow(nameless, List.of(), List.of(), null)), 0));
    assertTrue(shown.startsWith("/dev/ttyUSB1  USB Serial (1a86:7523), no serial number\n"), shown);
    assertTrue(shown.contains("use by-path"), shown);
  }

  /** Pseudo-terminals are shown through the configuration alone, like ports that are not there. */
  @Test
  void configured_ports_are_shown_whether_they_are_there_or_not() throws Exception {
    Path name = folder.resolve("ports/PRESS-01");
    sites.ascii("PRESS-01", name.toString());
    sites.ascii("OVEN-01", ABSENT);
    sites.virtual("VIRT-01", false);
    try (PseudoTerminal terminal = PseudoTerminal.open(name)) {
      Console ports = Console.run("ports", "--config", sites.file().toString());
      assertEquals(Exit.OK, ports.exitCode(), ports.err());
      String self = "(pid " + ProcessHandle.current().pid() + "), not locked";
      assertTrue(ports.out().lines().anyMatch(terminal.slave().toString()::equals), ports.out());
      assertTrue(ports.out().contains("  driver    pseudo-terminal\n  held by   "), ports.out());
      assertTrue(ports.out().contains(self), ports.out());
      assertTrue(
          ports.out().contains("  config    " + name + "\n  machines  PRESS-01\n"), ports.out());
      assertTrue(
          ports
              .out()
              .contains(
                  ABSENT + "  NOT THERE\n  machines  OVEN-01\n  problem   no such port; is the"),
          ports.out());
      assertFalse(ports.out().contains("VIRT-01"), ports.out());
    }
  }

  @Test
  void programs_get_one_object_a_line() throws Exception {
    Path name = folder.resolve("ports/PRESS-01");
    sites.ascii("PRESS-01", name.toString());
    sites.ascii("OVEN-01", ABSENT);
    try (PseudoTerminal terminal = PseudoTerminal.open(name)) {
      Console ports = Console.run("ports", "--json", "--config", sites.file().toString());
      List<JsonObject> objects =
          ports.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
      JsonObject press = machine(objects, "PRESS-01");
      assertEquals(terminal.slave().toString(), press.get("port").getAsString());
      assertEquals(name.toString(), press.getAsJsonArray("configured_as").get(0).getAsString());
      assertTrue(press.getAsJsonArray("holders").size() > 0);
      assertTrue(press.get("usb").isJsonNull());
      JsonObject oven = machine(objects, "OVEN-01");
      assertFalse(oven.get("present").getAsBoolean());
      assertTrue(oven.get("problem").getAsString().startsWith("no such port"));
      assertEquals(press.keySet(), oven.keySet());
    }
    JsonObject ftdi =
        JsonParser.parseString(PortsView.json(new PortRow(FTDI, List.of(), List.of(), null), 3))
            .getAsJsonObject();
    assertEquals("A50285BI", ftdi.getAsJsonObject("usb").get("serial_number").getAsString());
    assertEquals(3, ftdi.get("hidden_processes").getAsInt());
  }

  /** Who looks for a port is often about to write the file that names it. */
  @Test
  void a_mistake_in_the_configuration_hides_no_port() throws Exception {
    sites.ascii("PRESS-01", "not/absolute");
    Console ports = Console.run("ports", "--config", sites.file().toString());
    assertEquals(Exit.CONFIG, ports.exitCode());
    assertTrue(ports.out().contains("port"), ports.out());
    assertTrue(ports.err().contains("not/absolute is not an absolute path"), ports.err());
    assertTrue(ports.err().contains("machines are not shown"), ports.err());
  }

  @Test
  void without_a_configuration_the_hosts_ports_are_shown() throws Exception {
    assumeFalse(Files.exists(Path.of("/etc/millwright/millwright.toml")), "it is somebody's");
    Console ports = Console.run("ports");
    assertEquals(Exit.OK, ports.exitCode(), ports.err());
    assertTrue(
        ports.err().startsWith("without a configuration: there is no /etc/millwright/"),
        ports.err());
    assertTrue(ports.out().contains("port"), ports.out());
  }

  private static JsonObject machine(List<JsonObject> objects, String serialNumber) {
    return objects.stream()
        .filter(each -> each.getAsJsonArray("machines").toString().contains(serialNumber))
        .findFirst()
        .orElseThrow();
  }
}
