package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I2: nobody is told that something is kept in a file that nobody would find again. */
class InPlaceTest {

  @TempDir Path above;
  private Path folder;
  private Path file;
  private Path log;
  private long nanos = Long.MAX_VALUE - 1;
  private InPlace place;

  @BeforeEach
  void make() throws Exception {
    folder = Files.createDirectory(above.resolve("folder"));
    file = folder.resolve("file");
    log = folder.resolve("log");
    begin(InPlace::changed);
  }

  private void begin(InPlace.Stamp stamp) throws Exception {
    Files.writeString(file, "file");
    Files.writeString(log, "log");
    place = new InPlace(() -> nanos, stamp, file, log);
  }

  private void pass(int seconds) {
    nanos += Duration.ofSeconds(seconds).toNanos();
  }

  /** From then on the folder is taken at its word. */
  private void settle() throws Exception {
    assertTrue(place.holds());
    Thread.sleep(30); // the kernel's own step
    pass(4);
    assertTrue(place.holds());
    assertTrue(place.holds());
  }

  private void replace(Path some) throws Exception {
    Path other = Files.writeString(above.resolve("other"), "other");
    Files.move(other, some, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void whatIsRemovedOrReplacedIsSeenAtOnceAndLater() throws Exception {
    Files.delete(log);
    assertFalse(place.holds());
    begin(InPlace::changed);
    settle();
    Files.delete(file);
    assertFalse(place.holds());
    assertFalse(place.holds());
    begin(InPlace::changed);
    settle();
    replace(log);
    assertFalse(place.holds());
    pass(20);
    assertFalse(place.holds());
  }

  @Test
  void whatIsPutBackIsThereAgain() throws Exception {
    settle();
    Files.move(log, above.resolve("away"));
    assertFalse(place.holds());
    Files.move(above.resolve("away"), log);
    settle();
    Files.writeString(folder.resolve("somebody's"), "other");
    settle();
  }

  /** As rsync does that restores a backup. */
  @Test
  void theFoldersTimeIsSetBack() throws Exception {
    FileTime changed = Files.getLastModifiedTime(folder);
    settle();
    replace(log);
    Files.setLastModifiedTime(folder, changed);
    assertFalse(place.holds());
  }

  @Test
  void theFolderItselfIsReplaced() throws Exception {
    settle();
    Files.move(folder, above.resolve("away"));
    Files.createDirectory(folder);
    Files.writeString(file, "file");
    Files.writeString(log, "log");
    assertFalse(place.holds());
  }

  /** A kernel may count them in steps: what changes within one leaves them as they are. */
  @Test
  void aChangeWithinTheSameStepOfTheFoldersTimes() throws Exception {
    begin(folder -> "always the same");
    assertTrue(place.holds());
    pass(2);
    assertTrue(place.holds());
    replace(log);
    pass(2);
    assertFalse(place.holds());
    pass(2);
    assertFalse(place.holds());
  }

  /** Where the folder tells nothing, what is done to the files is seen within ten seconds. */
  @Test
  void aFolderThatTellsNothingIsNotBelievedForLong() throws Exception {
    begin(folder -> "always the same");
    settle();
    replace(log);
    assertTrue(place.holds());
    pass(9);
    assertTrue(place.holds());
    pass(1);
    assertFalse(place.holds());
    assertFalse(place.holds());
  }

  @Test
  void whatIsLookedAtAgainIsBelievedAgain() throws Exception {
    begin(folder -> "always the same");
    settle();
    pass(11);
    assertTrue(place.holds());
    replace(log);
    pass(9);
    assertTrue(place.holds());
    pass(2);
    assertFalse(place.holds());
  }
}
