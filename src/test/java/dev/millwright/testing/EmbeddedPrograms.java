package dev.millwright.testing;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The programs of the embedded PostgreSQL, for whoever starts a server with other settings. */
public final class EmbeddedPrograms {

  private static final int OWNER_EXECUTES = 0100;

  private EmbeddedPrograms() {}

  /**
   * Unpacks them: initdb, pg_ctl and postgres.
   *
   * @param folder an empty one
   * @return where the programs are
   */
  public static Path unpack(Path folder) throws IOException {
    String architecture = System.getProperty("os.arch");
    try (InputStream packed =
            DefaultPostgresBinaryResolver.INSTANCE.getPgBinary("Linux", architecture);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, entry.resolveIn(folder));
      }
    }
    return folder.resolve("bin");
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path to)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(to);
      return;
    }
    Files.createDirectories(to.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(to, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, to);
    if ((entry.getMode() & OWNER_EXECUTES) != 0 && !to.toFile().setExecutable(true)) {
      throw new IOException(to + " cannot be made executable");
    }
  }
}
