package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under /tmp anybody may have made a folder of that name first. */
class PrivateFolderTest {

  @TempDir private Path directory;

  @Test
  void aFolderThatIsMissingIsMadeForThisUserAlone() throws Exception {
    Path folder = PrivateFolder.in(directory.resolve("new"));
    assertTrue(PrivateFolder.is(folder));
    assertTrue(
        Files.getPosixFilePermissions(folder).equals(PosixFilePermissions.fromString("rwx------")));
  }

  @Test
  void aLinkIsRefusedWhereverItLeads() throws Exception {
    Path real = PrivateFolder.in(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    assertFalse(PrivateFolder.is(link));
    assertThrows(IOException.class, () -> PrivateFolder.in(link));
  }

  @Test
  void whatOthersMayWriteIsRefused() throws Exception {
    Path folder = PrivateFolder.in(directory.resolve("open"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertFalse(PrivateFolder.is(folder));
    assertThrows(IOException.class, () -> PrivateFolder.in(folder));
  }
}
