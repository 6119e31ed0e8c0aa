package dev.millwright.device.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.device.LinkException;
import dev.millwright.simulator.PseudoTerminal;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A port that cannot be opened: one line that says what it is and what to do. */
@Timeout(120)
class OpeningTest {

  @TempDir Path folder;

  @Test
  void an_absent_port_says_so() throws Exception {
    refused("/dev/no-such-port: no such port; is the adapter plugged in?", "/dev/no-such-port");
    Path dangling = Files.createSymbolicLink(folder.resolve("by-id"), Path.of("/dev/nothing"));
    refused("it is a link to /dev/nothing, which is not there", dangling.toString());
  }

  @Test
  void what_is_not_a_serial_port_says_what_it_is() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "keep");
    refused("not a serial port: it is a file", file.toString());
    assertEquals("keep", Files.readString(file));
    refused("not a serial port: it is a directory", folder.toString());
    Path fifo = folder.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    refused("not a serial port: it is a FIFO", fifo.toString());
    Path socket = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      refused("not a serial port: it is a socket", socket.toString());
    }
    refused("not a serial port: the device takes no baud rate", "/dev/null");
  }

  /** As Debian and systemd set ports up, and as a device without a rule is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          root | dialout | rw-rw---- | belongs to user root and group dialout: sudo usermod -aG dialout mill, then restart
          root | root    | rw-rw---- | no group can be joined: give it one by a udev rule
          root | dialout | rw------- | mode rw-------, so that no group can be joined: give it one by a udev rule
          root | tty     | rw--w---- | KERNEL=="ttyUSB0", GROUP="dialout", MODE="0660"
          """)
  void missing_permission_names_the_group_to_join_and_how(
      String owner, String group, String mode, String words) {
    String said =
        Access.words(
            Path.of("/dev/ttyUSB0"), "mill", owner, group, PosixFilePermissions.fromString(mode));
    assertTrue(said.startsWith("permission denied for user mill: /dev/ttyUSB0 "), said);
    assertTrue(said.contains(words), said);
  }

  /** No udev rule reaches those. */
  @Test
  void a_pseudo_terminal_of_another_user_is_nothing_to_join() {
    String said =
        Access.words(
            Path.of("/dev/pts/3"),
            "mill",
            "root",
            "tty",
            PosixFilePermissions.fromString("rw--w----"));
    assertTrue(
        said.endsWith(
            "belongs to user root, who runs the program at its other end: run both as one user"),
        said);
  }

  @Test
  void a_port_opened_twice_is_busy_and_the_first_keeps_working() throws Exception {
    try (PseudoTerminal terminal = PseudoTerminal.open(null);
        SerialLine line = new SerialLine(PortSettings.of(terminal.slave().toString(), 9600))) {
      line.open();
      refused("busy: it is already open in this program", terminal.slave().toString());
      terminal.write(new byte[] {7});
      byte[] heard = new byte[9];
      assertEquals(1, line.read(heard, Duration.ofSeconds(5)));
      assertEquals(7, heard[0]);
    }
  }

  /** FIELD 13: jSerialComm #159. And who has it is told, so that nobody needs to look for it. */
  @Test
  void a_port_of_another_process_is_busy_and_opens_after_that_was_killed() throws Exception {
    try (PseudoTerminal terminal = PseudoTerminal.open(null);
        SerialLine line = new SerialLine(PortSettings.of(terminal.slave().toString(), 9600))) {
      try (PortProcess holder = PortProcess.start(folder, terminal.slave().toString())) {
        assertEquals(PortProcess.OPEN, holder.said());
        String busy = assertThrows(LinkException.class, line::open).getMessage();
        assertEquals(
            terminal.slave() + ": busy: held by java (pid " + holder.pid() + "); end that first",
            busy);
      }
      line.open();
      terminal.write(new byte[] {7});
      assertEquals(1, line.read(new byte[9], Duration.ofSeconds(5)));
    }
  }

  /** What the kernel answers, not what we think of it. */
  @Test
  @Tag("host")
  void another_user_is_told_the_group_and_who_has_the_lock() throws Exception {
    assumeTrue(PortProcess.isRoot(), "only root can start a process of another user");
    try (PseudoTerminal terminal = PseudoTerminal.open(null);
        SerialLine line = new SerialLine(PortSettings.of(terminal.slave().toString(), 9600))) {
      String port = terminal.slave().toString();
      Files.setPosixFilePermissions(terminal.slave(), PosixFilePermissions.fromString("rw-rw----"));
      run("chgrp", "dialout", port);
      try (PortProcess denied = PortProcess.startAsNobody(folder, port)) {
        assertTrue(
            denied.said().contains("sudo usermod -aG dialout nobody, then restart"), denied.said());
      }
      Files.setPosixFilePermissions(terminal.slave(), PosixFilePermissions.fromString("rw-rw-rw-"));
      line.open();
      try (PortProcess busy = PortProcess.startAsNobody(folder, port)) {
        assertEquals(
            port
                + ": busy: held by java (pid "
                + ProcessHandle.current().pid()
                + "); end that first",
            busy.said());
      }
      line.close();
      try (PortProcess open = PortProcess.startAsNobody(folder, port)) {
        assertEquals(PortProcess.OPEN, open.said());
      }
    }
  }

  /** The other way to hold a port (TIOCEXCL): the kernel refuses, and there is no lock to see. */
  @Test
  @Tag("host")
  void a_port_in_exclusive_use_of_another_user_is_busy() throws Exception {
    assumeTrue(PortProcess.isRoot(), "only root can start a process of another user");
    try (PseudoTerminal terminal = PseudoTerminal.open(null)) {
      String port = terminal.slave().toString();
      Files.setPosixFilePermissions(terminal.slave(), PosixFilePermissions.fromString("rw-rw-rw-"));
      int descriptor = Libc.INSTANCE.open(port, Libc.O_RDWR | Libc.O_NOCTTY);
      try {
        assertEquals(0, Libc.INSTANCE.ioctl(descriptor, Libc.TIOCEXCL, 0));
        try (PortProcess busy = PortProcess.startAsNobody(folder, port)) {
          assertEquals(
              port
                  + ": busy: a program of another user holds it; 'sudo fuser -v "
                  + port
                  + "' shows which",
              busy.said());
        }
      } finally {
        Libc.INSTANCE.close(descriptor);
      }
    }
  }

  /** What each errno of open(2) and tcsetattr(3) means to a technician. */
  @ParameterizedTest
  @CsvSource({
    "1, DeviceAllow=",
    "13, permission denied for user",
    "22, another baud",
    "5, unplug it and plug it in again",
    "99, the system refuses to open it (errno 99)"
  })
  void each_refusal_of_the_system_is_told_in_words(int errno, String words) {
    String said = PortProblem.refused(HostFiles.THIS, Path.of("/dev/null"), errno);
    assertTrue(said.contains(words), said);
  }

  @Test
  void several_holders_are_all_named() {
    String said =
        PortProblem.busy(
            List.of(new Holder(1234, "minicom", true), new Holder(77, null, false)),
            Path.of("/dev/ttyS0"),
            3);
    assertEquals("busy: held by minicom (pid 1234), a program (pid 77); end that first", said);
  }

  private static void refused(String words, String port) {
    String said =
        assertThrows(LinkException.class, () -> new SerialLine(PortSettings.of(port, 9600)).open())
            .getMessage();
    assertTrue(said.contains(words), said);
  }

  private static void run(String... command) throws Exception {
    assertEquals(0, new ProcessBuilder(command).start().waitFor());
  }
}
