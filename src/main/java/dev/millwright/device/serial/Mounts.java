package dev.millwright.device.serial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From which mounted file systems programs may be run: /proc/self/mountinfo, see proc(5). */
public final class Mounts {

  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  private record Mount(Path point, boolean noexec) {}

  private final List<Mount> mounts;

  private Mounts(List<Mount> mounts) {
    this.mounts = mounts;
  }

  /** This process's mounts; none where they cannot be read. */
  public static Mounts read(HostFiles host) {
    try {
      return of(Files.readAllLines(host.proc().resolve("self/mountinfo"), UTF_8));
    } catch (IOException e) {
      return new Mounts(List.of());
    }
  }

  static Mounts of(List<String> mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo) {
      // 63 43 0:39 / /tmp rw,noexec,relatime - tmpfs tmpfs rw
      String[] words = line.split(" ", -1);
      if (words.length > 5) {
        boolean noexec = Arrays.asList(words[5].split(",")).contains("noexec");
        mounts.add(new Mount(Path.of(unescaped(words[4])), noexec));
      }
    }
    return new Mounts(mounts);
  }

  /** Where the file's file system is mounted, when it is mounted noexec; else null. */
  public Path noexec(Path file) {
    Path real = real(file);
    Mount over = null;
    for (Mount mount : mounts) {
      // Of two at the same point the later one lies on top.
      if (real.startsWith(mount.point())
          && (over == null || mount.point().getNameCount() >= over.point().getNameCount())) {
        over = mount;
      }
    }
    return over != null && over.noexec() ? over.point() : null;
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath();
    }
  }

  private static String unescaped(String point) {
    return ESCAPED.matcher(point).replaceAll(Mounts::character);
  }

  private static String character(MatchResult escaped) {
    return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escaped.group(1), 8)));
  }
}
