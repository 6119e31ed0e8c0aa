package dev.millwright.consolidation;

import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;

/** Databases of the old system, and what is done with them again and again. */
public final class OldInstallation {

  static final String NORMALISE = "01-normalise";
  static final String COLUMNS = "02-columns";
  static final String COPY = "03-copy";
  static final String CUTOVER = "04-cutover";
  static final String CLEANUP = "05-cleanup";

  /** What the words mean that stray writers used. */
  static final Map<String, String> WORDS =
      Map.of(
          "running", "processing",
          "executing", "processing",
          "online", "idle",
          "queued", "idle",
          "failed", "error");

  /** The last phase without waiting. */
  static final PlanOptions AT_ONCE = new PlanOptions(WORDS, null, "the test does not wait a day");

  private OldInstallation() {}

  /** The 18 machines of LEGACY.md. */
  public static TestDatabase real() throws SQLException {
    TestDatabase database = TestDatabase.empty().create();
    fillReal(database);
    return database;
  }

  /** The same in a database that another test has used: a new one would take longer to make. */
  static void realAgain(TestDatabase database) throws SQLException {
    database.execute(
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;"
            + " DROP PUBLICATION IF EXISTS feed");
    fillReal(database);
  }

  static void fillReal(TestDatabase database) throws SQLException {
    database.execute(script("old-tables.sql"));
    database.execute(script("old-installation.sql"));
  }

  /** As many machines as asked for, with everything that was ever met. */
  static TestDatabase large(int machines) throws SQLException {
    TestDatabase database = TestDatabase.empty().create();
    database.execute(script("old-tables.sql"));
    database.execute(
        script("large-installation.sql").replace("${machines}", Integer.toString(machines)));
    return database;
  }

  static PlanRunner runner(TestDatabase database) {
    return new PlanRunner(database.dataSource(), AT_ONCE);
  }

  static Plan plan() throws PlanException {
    return Plan.load("consolidation");
  }

  static void apply(TestDatabase database, String to) throws PlanException {
    runner(database).apply(plan(), to);
  }

  static void rollback(TestDatabase database, String to) throws PlanException {
    runner(database).rollback(plan(), to);
  }

  static String script(String name) {
    try (InputStream in = OldInstallation.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
