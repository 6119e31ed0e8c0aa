package dev.millwright.device.serial;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.nio.file.Path;

/** What other programs do to a port, and Java cannot. */
interface Libc extends Library {
  Libc INSTANCE = Native.load("c", Libc.class);

  int O_RDWR = 02;
  int O_NOCTTY = 0400;

  /** From asm-generic/ioctls.h. */
  NativeLong TCXONC = new NativeLong(0x540A);

  NativeLong TIOCEXCL = new NativeLong(0x540C);

  int TCOOFF = 0;

  int TCOON = 1;

  int open(String path, int flags);

  int ioctl(int descriptor, NativeLong request, int argument);

  int close(int descriptor);

  /** From now on a driver that takes nothing and says nothing: every write to it hangs. */
  static void stopOutput(Path port) {
    flow(port, TCOOFF);
  }

  /** It goes on. */
  static void startOutput(Path port) {
    flow(port, TCOON);
  }

  private static void flow(Path port, int action) {
    int descriptor = INSTANCE.open(port.toString(), O_RDWR | O_NOCTTY);
    int failed = INSTANCE.ioctl(descriptor, TCXONC, action);
    INSTANCE.close(descriptor);
    if (failed != 0) {
      throw new IllegalStateException(port + ": TCXONC: errno " + Native.getLastError());
    }
  }
}
