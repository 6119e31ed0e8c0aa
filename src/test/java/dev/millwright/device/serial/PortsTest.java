package dev.millwright.device.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.simulator.PseudoTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a technician is told of a host's ports, on trees like the kernel's. */
class PortsTest {

  private static final String FTDI = "usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0";
  private static final String BY_PATH = "pci-0000:00:14.0-usb-0:2:1.0-port0";

  @TempDir private Path folder;

  private MadeUpHost host;

  @BeforeEach
  void host() throws Exception {
    host = new MadeUpHost(folder);
  }

  @Test
  void a_usb_adapter_is_shown_with_its_names_driver_and_serial_number() throws Exception {
    host.ftdi("ttyUSB0", "A50285BI");
    host.name("by-id", FTDI, "ttyUSB0");
    host.name("by-path", BY_PATH, "ttyUSB0");
    Port port = only();
    assertEquals(host.dev("ttyUSB0"), port.device());
    assertEquals(List.of(host.dev("serial/by-id/" + FTDI)), port.byId());
    assertEquals(List.of(host.dev("serial/by-path/" + BY_PATH)), port.byPath());
    assertEquals("ftdi_sio", port.driver());
    assertEquals("FTDI FT232R USB UART (0403:6001), serial number A50285BI", port.usb().toString());
    assertNull(port.uart());
    assertEquals(List.of(), port.holders());
  }

  @Test
  void a_terminal_of_the_interface_itself_and_an_onboard_port_are_shown() throws Exception {
    host.cdcAcm("ttyACM0");
    host.uart("ttyS0");
    List<Port> ports = Ports.look(host.files()).all();
    assertEquals(List.of("cdc_acm", "serial"), ports.stream().map(Port::driver).toList());
    assertEquals(
        "Arduino (www.arduino.cc) (2341:0043), serial number 7573530373535170F0C1",
        ports.get(0).usb().toString());
    assertNull(ports.get(1).usb());
    assertEquals("16550A at 0x3F8", ports.get(1).uart());
  }

  /** Linux makes files for ports that are not there, and for its consoles. */
  @Test
  void what_has_no_hardware_is_no_port() throws Exception {
    host.phantom("ttyS1");
    host.console("tty0");
    host.console("ptmx");
    assertEquals(List.of(), Ports.look(host.files()).all());
  }

  @Test
  void ports_come_in_the_order_of_their_numbers() throws Exception {
    for (String tty : List.of("ttyUSB10", "ttyUSB2", "ttyUSB0")) {
      host.ftdi(tty, null);
    }
    assertEquals(
        List.of("ttyUSB0", "ttyUSB2", "ttyUSB10"),
        Ports.look(host.files()).all().stream()
            .map(port -> port.device().getFileName().toString())
            .toList());
  }

  /** An adapter may call itself anything, and so may a program. */
  @Test
  void what_is_shown_cannot_command_the_terminal() throws Exception {
    host.ftdi("ttyUSB0", "A\u001b[2J");
    host.process(7, "x\u001b[2J", host.dev("ttyUSB0"));
    Port port = only();
    assertTrue(port.usb().toString().endsWith("serial number A?[2J"), port.usb().toString());
    assertEquals("x?[2J (pid 7)", port.holders().get(0).toString());
  }

  @Test
  void who_holds_a_port_is_told_with_and_without_its_lock() throws Exception {
    host.ftdi("ttyUSB0", null);
    host.process(1234, "minicom", host.dev("ttyUSB0"));
    host.process(99, "cat", host.dev("ttyUSB0"), host.dev("ttyUSB0"));
    host.process(5, "bystander", host.dev("ttyUSB1"));
    host.lock(1234, host.dev("ttyUSB0"));
    assertEquals(
        List.of(new Holder(99, "cat", false), new Holder(1234, "minicom", true)), only().holders());
  }

  /** Locks are shown to everybody, open files are not: so does a daemon find who has its port. */
  @Test
  void a_lock_tells_the_holder_whose_files_are_hidden() throws Exception {
    host.ftdi("ttyUSB0", null);
    Files.createDirectories(host.proc("1234"));
    Files.writeString(host.proc("1234/comm"), "minicom\n");
    Files.writeString(host.proc("1234/cmdline"), "minicom\0");
    host.lock(1234, host.dev("ttyUSB0"));
    Ports ports = Ports.look(host.files());
    assertEquals(List.of(new Holder(1234, "minicom", true)), ports.all().get(0).holders());
    assertEquals(1, ports.hiddenProcesses());
    assertEquals(
        "busy: held by minicom (pid 1234); end that first",
        PortProblem.locked(host.files(), host.dev("ttyUSB0")));
  }

  /** With hidepid nobody tells how many there are. */
  @Test
  void processes_that_are_not_even_listed_are_hidden() throws Exception {
    for (String file : List.of("fd/0", "fd/1", "fd", "comm", "cmdline", "")) {
      Files.delete(host.proc("1").resolve(file));
    }
    assertEquals(1, Ports.look(host.files()).hiddenProcesses());
  }

  /** A thread of the kernel, and a process that has ended, hide nothing. */
  @Test
  void processes_without_files_do_not_count_as_hidden() throws Exception {
    Files.createDirectories(host.proc("2"));
    Files.writeString(host.proc("2/cmdline"), "");
    Files.createDirectories(host.proc("3"));
    assertEquals(0, Ports.look(host.files()).hiddenProcesses());
  }

  @Test
  void a_daemon_of_ours_is_named_by_its_command() throws Exception {
    host.ftdi("ttyUSB0", null);
    host.process(7, "java", host.dev("ttyUSB0"));
    Files.writeString(
        host.proc("7/cmdline"), "java\0-cp\0lib/*\0dev.millwright.cli.Main\0run\0--config\0x\0");
    assertEquals("millwright run (pid 7)", only().holders().get(0).toString());
  }

  /** Pseudo-terminals are in no list of the kernel's. */
  @Test
  void a_name_leads_to_its_port_also_where_that_is_a_pseudo_terminal() throws Exception {
    host.ftdi("ttyUSB0", null);
    host.name("by-id", FTDI, "ttyUSB0");
    Ports ports = Ports.look(host.files());
    assertEquals(ports.all().get(0), ports.at(host.dev("serial/by-id/" + FTDI)).orElseThrow());
    assertTrue(ports.at(host.dev("ttyUSB7")).isEmpty());
    assertTrue(ports.at(folder).isEmpty(), "a folder is no port");
    try (PseudoTerminal terminal = PseudoTerminal.open(folder.resolve("pty/PRESS-01"))) {
      Port port = Ports.look(HostFiles.THIS).at(folder.resolve("pty/PRESS-01")).orElseThrow();
      assertEquals(terminal.slave(), port.device());
      assertEquals("pseudo-terminal", port.driver());
      assertTrue(
          port.holders().stream().anyMatch(by -> by.pid() == ProcessHandle.current().pid()),
          port.holders().toString());
    }
  }

  /** This host's own trees, whatever it has. */
  @Test
  void the_ports_of_this_host_are_those_with_hardware() throws Exception {
    List<Port> ports = Ports.look(HostFiles.THIS).all();
    for (Port port : ports) {
      assertTrue(Files.exists(port.device()), port.toString());
      assertTrue(port.usb() != null || port.driver() != null, port.toString());
    }
    try (Stream<Path> terminals = Files.list(Path.of("/sys/class/tty"))) {
      long usb = terminals.filter(tty -> tty.toString().matches(".*/tty(USB|ACM)[0-9]+")).count();
      assertEquals(usb, ports.stream().filter(port -> port.usb() != null).count());
    }
  }

  private Port only() throws Exception {
    List<Port> ports = Ports.look(host.files()).all();
    assertEquals(1, ports.size(), ports.toString());
    return ports.get(0);
  }
}
