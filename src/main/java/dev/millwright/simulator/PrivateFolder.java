package dev.millwright.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder that nobody else can have prepared: below a temporary directory that all may write,
 * somebody may have made one of the same name first.
 */
public final class PrivateFolder {

  private PrivateFolder() {}

  /**
   * Makes the folder, for this user alone, unless it is there.
   *
   * @throws IOException when it is a link, belongs to another user, or others may write it
   */
  public static Path in(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    String wrong = whatIsWrongWith(folder);
    if (wrong != null) {
      throw new IOException("directory " + folder + " " + wrong);
    }
    return folder;
  }

  /** Whether it is a folder of this user's, not a link to one, that nobody else may write. */
  public static boolean is(Path folder) {
    try {
      return whatIsWrongWith(folder) == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static String whatIsWrongWith(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return "is no directory, or a link to one";
    }
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      return "belongs to somebody else";
    }
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    return permissions.contains(PosixFilePermission.GROUP_WRITE)
            || permissions.contains(PosixFilePermission.OTHERS_WRITE)
        ? "can be written by others: chmod go-w it"
        : null;
  }
}
