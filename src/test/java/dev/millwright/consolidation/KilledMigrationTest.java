package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed anywhere and run again, a plan comes to the same end: up and down. */
@Tag("host")
class KilledMigrationTest {

  private static final int KILLS = 10;

  @TempDir private Path folder;

  @Test
  void planSchemaComesToTheSameEndWhereverItIsKilled() throws Exception {
    long seed = Long.getLong("millwright.seed", System.nanoTime());
    try (TestDatabase database = TestDatabase.empty().create()) {
      CatalogueDump dump = CatalogueDump.of(database.dataSource());
      KilledMigration migration = new KilledMigration(folder, database, new Random(seed));
      String empty = dump.text();
      Duration up = migration.run("migrate apply --plan schema");
      String applied = dump.text();
      Duration down = migration.run("migrate rollback --plan schema");
      assertEquals(empty, dump.text(), "after the way down");
      for (int i = 0; i < KILLS; i++) {
        migration.killAndRunAgain("migrate apply --plan schema", up);
        assertEquals(applied, dump.text(), () -> "after the way up; seed " + seed);
        migration.killAndRunAgain("migrate rollback --plan schema", down);
        assertEquals(empty, dump.text(), () -> "after the way down; seed " + seed);
      }
      assertTrue(migration.killed() > 0, "nobody was killed; seed " + seed);
    }
  }
}
