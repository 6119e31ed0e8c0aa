package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.plan;
import static dev.millwright.consolidation.OldInstallation.runner;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The numbers of the consolidation: {@code -Dmachines=100000} is the default. */
@Tag("soak")
class ConsolidationNumbersTest {

  private static final int MACHINES = Integer.getInteger("machines", 100_000);

  /** Every row of every table, and the schema, is the same after all phases up and down again. */
  @Test
  void aLargeInstallationGoesUpAndDownWithoutLosingAValue() throws Exception {
    try (TestDatabase database = OldInstallation.large(MACHINES)) {
      CatalogueDump dump = CatalogueDump.of(database.dataSource());
      List<String> before = dump.lines();
      for (Phase phase : plan().phases()) {
        long begin = System.nanoTime();
        runner(database).apply(plan(), phase.name());
        print(phase.name(), "applied", begin);
      }
      assertEquals(List.of(), runner(database).verify(plan()));
      for (int i = plan().phases().size() - 1; i >= 0; i--) {
        long begin = System.nanoTime();
        runner(database).rollback(plan(), i == 0 ? null : plan().phases().get(i - 1).name());
        print(plan().phases().get(i).name(), "rolled back", begin);
      }
      List<String> after = dump.lines();
      assertEquals("", CatalogueDump.difference(before, after));
      assertEquals(before, after);
    }
  }

  private static void print(String phase, String done, long begin) {
    System.out.printf(
        "%,d machines: %s %s in %,d ms%n",
        MACHINES, phase, done, (System.nanoTime() - begin) / 1_000_000);
  }
}
