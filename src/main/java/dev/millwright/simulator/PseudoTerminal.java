package dev.millwright.simulator;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * A serial line without hardware: what the master, held here, writes can be read from the slave
 * device, and the other way round. Linux on amd64 and arm64.
 *
 * <p>Like a machine at its end of a wire, the master does not notice who opens or leaves the slave
 * and never waits for a reader. It belongs to one thread.
 */
public final class PseudoTerminal implements AutoCloseable {

  /** The parts of libc that it takes; every call throws on an error, with errno. */
  interface Libc extends Library {
    Libc INSTANCE = Native.load("c", Libc.class);

    int posix_openpt(int flags) throws LastErrorException;

    int grantpt(int fd) throws LastErrorException;

    int unlockpt(int fd) throws LastErrorException;

    int ptsname_r(int fd, byte[] name, NativeLong size) throws LastErrorException;

    int open(String path, int flags) throws LastErrorException;

    int close(int fd) throws LastErrorException;

    int tcgetattr(int fd, Pointer termios) throws LastErrorException;

    int tcsetattr(int fd, int action, Pointer termios) throws LastErrorException;

    void cfmakeraw(Pointer termios);

    int poll(Pointer descriptors, NativeLong count, int millis) throws LastErrorException;

    NativeLong read(int fd, byte[] buffer, NativeLong count) throws LastErrorException;

    NativeLong write(int fd, byte[] buffer, NativeLong count) throws LastErrorException;
  }

  // From asm-generic/fcntl.h, which amd64 and arm64 share for these.
  private static final int O_RDWR = 02;
  private static final int O_NOCTTY = 0400;
  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;

  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final short POLLIN = 1;

  /** More than any libc's struct termios (glibc: 60 bytes); only libc looks into it. */
  private static final int TERMIOS_BYTES = 256;

  private static final NativeLong ONE = new NativeLong(1);

  private final int master;
  private final int keeper;
  private final Path slave;
  private final Path symlink;
  private final Memory pollDescriptor = new Memory(8);
  private boolean closed;

  private PseudoTerminal(int master, int keeper, Path slave, Path symlink) {
    this.master = master;
    this.keeper = keeper;
    this.slave = slave;
    this.symlink = symlink;
  }

  /**
   * Makes a pseudo-terminal in raw mode.
   *
   * @param symlink a stable name for the slave, replaced atomically where it exists; its directory
   *     is created with mode 0700, and refused when somebody else could change it. May be null
   */
  public static PseudoTerminal open(Path symlink) throws IOException {
    int master = -1;
    int keeper = -1;
    try {
      master = Libc.INSTANCE.posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
      Libc.INSTANCE.grantpt(master);
      Libc.INSTANCE.unlockpt(master);
      byte[] name = new byte[64];
      Libc.INSTANCE.ptsname_r(master, name, new NativeLong(name.length));
      Path slave = Path.of(Native.toString(name, StandardCharsets.US_ASCII));
      // Without a slave descriptor of our own the master reads EIO whenever no client is there.
      keeper = Libc.INSTANCE.open(slave.toString(), O_RDWR | O_NOCTTY | O_CLOEXEC);
      makeRaw(keeper);
      if (symlink != null) {
        link(symlink.toAbsolutePath(), slave);
      }
      return new PseudoTerminal(master, keeper, slave, symlink);
    } catch (LastErrorException | IOException e) {
      closeQuietly(keeper);
      closeQuietly(master);
      throw new IOException("no pseudo-terminal" + forName(symlink) + ": " + e.getMessage(), e);
    }
  }

  /** The slave's device, such as {@code /dev/pts/4}. */
  public Path slave() {
    return slave;
  }

  /**
   * Waits for bytes from the slave's side.
   *
   * @return how many came; 0 when the time passed
   */
  public int read(byte[] buffer, Duration atMost) throws IOException {
    pollDescriptor.setInt(0, master);
    pollDescriptor.setShort(4, POLLIN);
    pollDescriptor.setShort(6, (short) 0);
    try {
      int ready = Libc.INSTANCE.poll(pollDescriptor, ONE, Math.toIntExact(atMost.toMillis()));
      return ready == 0
          ? 0
          : Libc.INSTANCE.read(master, buffer, new NativeLong(buffer.length)).intValue();
    } catch (LastErrorException e) {
      return nothingUnlessBroken(e);
    }
  }

  /**
   * Writes what fits into the line's buffer; like on a wire, what nobody reads in time is lost.
   *
   * @return how many bytes were taken
   */
  public int write(byte[] bytes) throws IOException {
    try {
      return Libc.INSTANCE.write(master, bytes, new NativeLong(bytes.length)).intValue();
    } catch (LastErrorException e) {
      return nothingUnlessBroken(e);
    }
  }

  /** Hangs up: a client sees its port vanish. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    unlink();
    closeQuietly(keeper);
    closeQuietly(master);
  }

  private static int nothingUnlessBroken(LastErrorException e) throws IOException {
    if (e.getErrorCode() == EAGAIN || e.getErrorCode() == EINTR) {
      return 0;
    }
    throw new IOException("the pseudo-terminal is broken: " + e.getMessage(), e);
  }

  private static void makeRaw(int fd) {
    Memory termios = new Memory(TERMIOS_BYTES);
    Libc.INSTANCE.tcgetattr(fd, termios);
    Libc.INSTANCE.cfmakeraw(termios);
    Libc.INSTANCE.tcsetattr(fd, 0, termios);
  }

  private static void link(Path symlink, Path slave) throws IOException {
    Path directory = symlink.getParent();
    PrivateFolder.in(directory);
    if (Files.exists(symlink, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(symlink)) {
      throw new IOException(symlink + " exists and is not a symbolic link");
    }
    Path fresh =
        directory.resolve("." + symlink.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, slave);
    Files.move(fresh, symlink, StandardCopyOption.ATOMIC_MOVE);
  }

  private void unlink() {
    try {
      if (symlink != null && Files.readSymbolicLink(symlink).equals(slave)) {
        Files.delete(symlink);
      }
    } catch (IOException e) {
      // Gone, or another's by now; a dangling link would be replaced at the next start.
    }
  }

  private static void closeQuietly(int fd) {
    try {
      if (fd >= 0) {
        Libc.INSTANCE.close(fd);
      }
    } catch (LastErrorException e) {
      // The descriptor is released in any case (close(2)).
    }
  }

  private static String forName(Path symlink) {
    return symlink == null ? "" : " for " + symlink;
  }
}
