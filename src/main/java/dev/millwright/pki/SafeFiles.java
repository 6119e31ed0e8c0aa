package dev.millwright.pki;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Files that are there whole or not at all, and that nobody else can have written. */
final class SafeFiles {

  /** A chain of ten certificates with long keys has less than half of it. */
  static final int LIMIT_BYTES = 64 * 1024;

  private static final int LIMIT_FILES = 1_000;

  private SafeFiles() {}

  /** Makes a folder with this mode, unless it is there. */
  static void folder(Path folder, String mode) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
    }
  }

  /** Writes a file beside its place and then puts it there; its bytes are on the disk by then. */
  static void write(Path file, byte[] bytes, String mode) throws IOException {
    Path draft =
        file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(draft);
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
    try (FileChannel channel =
        FileChannel.open(
            draft,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      // The process' mask is not asked: the command line may write what the daemon has to read.
      Files.setPosixFilePermissions(draft, permissions);
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
      if (bytes.length > LIMIT_BYTES) {
        throw new IOException("it is larger than the limit of 64 KiB");
      }
      return bytes;
    }
  }

  /** The regular files of a folder but hidden ones, by name; none where there is no folder. */
  static List<Path> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(file -> !file.getFileName().toString().startsWith("."))
              .filter(Files::isRegularFile)
              .sorted()
              .limit(LIMIT_FILES + 1)
              .toList();
      if (files.size() > LIMIT_FILES) {
        throw new IOException("there are more than " + LIMIT_FILES + " files in it");
      }
      return files;
    }
  }

  /** Who may do something with it besides its owner, as {@code r--rw-}; null where nobody may. */
  static String others(Path file, PosixFilePermission... which) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    for (PosixFilePermission permission : which) {
      if (mode.contains(permission)) {
        return PosixFilePermissions.toString(mode);
      }
    }
    return null;
  }
}
