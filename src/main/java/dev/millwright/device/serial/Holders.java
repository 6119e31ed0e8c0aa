package dev.millwright.device.serial;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who holds which device now, as far as this user may see it: the open files of each process
 * (proc(5), /proc/PID/fd), which are shown to the process's own user and to root, and the locks
 * (/proc/locks), which are shown to everybody.
 */
public final class Holders {

  /** A program's arguments are looked at so far only. */
  private static final int MAX_ARGUMENTS_CHARACTERS = 65_536;

  private static final String OURS = "dev.millwright.cli.Main";

  private final HostFiles host;

  /** The processes that have a file below {@code /dev} open, by the file. */
  private final Map<Path, Set<Long>> opened;

  /** By device of the file system and inode, as in /proc/locks. */
  private final Map<String, Long> locked;

  private final int hidden;

  private Holders(
      HostFiles host, Map<Path, Set<Long>> opened, Map<String, Long> locked, int hidden) {
    this.host = host;
    this.opened = opened;
    this.locked = locked;
    this.hidden = hidden;
  }

  /** Looks at all processes once. */
  public static Holders look(HostFiles host) {
    Map<Path, Set<Long>> opened = new TreeMap<>();
    // Mounted with hidepid=invisible, /proc shows a user its own processes only.
    int hidden = Files.exists(host.proc().resolve("1")) ? 0 : 1;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(host.proc(), "[0-9]*")) {
      for (Path process : processes) {
        hidden += addOpened(host, process, opened) ? 0 : 1;
      }
    } catch (IOException e) {
      hidden++;
    }
    return new Holders(host, opened, locks(host), hidden);
  }

  /** Looks at the locks alone, which takes much less. */
  static Holders locksOnly(HostFiles host) {
    return new Holders(host, Map.of(), locks(host), 0);
  }

  /** False when this user may not see what the process has open. */
  private static boolean addOpened(HostFiles host, Path process, Map<Path, Set<Long>> opened) {
    long pid = Long.parseLong(process.getFileName().toString());
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        Path target = target(descriptor);
        if (target != null && target.startsWith(host.dev())) {
          opened.computeIfAbsent(target, file -> new HashSet<>()).add(pid);
        }
      }
      return true;
    } catch (IOException | DirectoryIteratorException e) {
      return hasNoFiles(process);
    }
  }

  /** Null when it was closed meanwhile. */
  private static Path target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** It has ended meanwhile, or is a thread of the kernel: those have no arguments. */
  private static boolean hasNoFiles(Path process) {
    try {
      return arguments(process)[0].isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  private static Map<String, Long> locks(HostFiles host) {
    Map<String, Long> locks = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(host.proc().resolve("locks"), ISO_8859_1)) {
        // 1: FLOCK  ADVISORY  WRITE 708 00:1a:5 0 EOF
        String[] words = line.trim().split("\\s+", -1);
        if (words.length > 5 && words[1].equals("FLOCK") && words[4].matches("[0-9]+")) {
          locks.put(words[5], Long.parseLong(words[4]));
        }
      }
    } catch (IOException e) {
      // Without locks there are still the open files.
    }
    return locks;
  }

  /** Those of one device, by number. */
  public List<Holder> of(Path device) {
    List<Holder> holders = new ArrayList<>();
    Long locker = locker(device);
    Set<Long> pids = new HashSet<>(opened.getOrDefault(device, Set.of()));
    if (locker != null) {
      pids.add(locker);
    }
    for (long pid : pids) {
      holders.add(new Holder(pid, program(pid), locker != null && locker == pid));
    }
    holders.sort(Comparator.comparingLong(Holder::pid));
    return holders;
  }

  /** How many processes' open files this user may not see; some may not even be counted. */
  public int hidden() {
    return hidden;
  }

  private Long locker(Path device) {
    try {
      Map<String, Object> file = Files.readAttributes(device, "unix:dev,ino");
      long dev = (Long) file.get("dev");
      // As glibc packs them into dev_t (sys/sysmacros.h).
      long major = ((dev >>> 8) & 0xfff) | ((dev >>> 32) & ~0xfffL);
      long minor = (dev & 0xff) | ((dev >>> 12) & 0xffffff00L);
      return locked.get("%02x:%02x:%d".formatted(major, minor, (Long) file.get("ino")));
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  private String program(long pid) {
    Path process = host.proc().resolve(Long.toString(pid));
    try {
      String[] arguments = arguments(process);
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i].equals(OURS)) {
          return i + 1 < arguments.length ? "millwright " + arguments[i + 1] : "millwright";
        }
      }
      String name = Files.readString(process.resolve("comm"), ISO_8859_1).trim();
      return name.replaceAll("\\p{Cntrl}", "?"); // a program may call itself anything
    } catch (IOException e) {
      return null;
    }
  }

  private static String[] arguments(Path process) throws IOException {
    try (var file = Files.newInputStream(process.resolve("cmdline"))) {
      return new String(file.readNBytes(MAX_ARGUMENTS_CHARACTERS), ISO_8859_1).split("\0", -1);
    }
  }
}
