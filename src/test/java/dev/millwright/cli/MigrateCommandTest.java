package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan of one's own through the command line: what a DBA sees before, and a board after. */
class MigrateCommandTest {

  @TempDir private Path folder;

  private final TestDatabase database = TestDatabase.empty();

  @BeforeEach
  void create() throws Exception {
    database.create();
    database.execute(
        "CREATE TABLE lamps AS SELECT n AS id, CASE WHEN n % 10 = 0 THEN 'RED' ELSE 'green' END"
            + " AS colour, NULL::text AS note FROM generate_series(1, 500) AS n;"
            + " UPDATE lamps SET colour = E'a|b\\n<i>*c*\\\\d' WHERE id = 10;"
            + " UPDATE lamps SET colour = 'banana' WHERE id = 11");
    file("phases.txt", "1-case\n2-note\n");
    file(
        "1-case/check.sql",
        "SELECT 'lamp ' || id || ': colour ' || colour || ' is unknown: --map ' || colour"
            + " || '=COLOUR' AS reason FROM lamps WHERE colour = 'banana' AND NOT"
            + " coalesce(nullif(current_setting('millwright.map', true), '')::jsonb ? colour, false)");
    file(
        "1-case/preview.sql",
        "SELECT 'lamps' AS table_name, id::text AS row_key, 'colour' AS column_name,"
            + " colour AS before, CASE colour WHEN 'banana' THEN 'yellow' ELSE 'red' END AS after,"
            + " 'one spelling' AS why FROM lamps WHERE colour <> 'green' ORDER BY id;\n");
    file(
        "1-case/apply.sql",
        "UPDATE lamps SET colour = CASE colour WHEN 'banana' THEN 'yellow' ELSE 'red' END"
            + " WHERE colour <> 'green'");
    file(
        "1-case/verify.sql",
        "SELECT 'lamps.colour' AS subject, 'none in upper case' AS expected, count(*)::text AS"
            + " actual FROM lamps WHERE colour <> lower(colour) HAVING count(*) > 0");
    file(
        "1-case/rollback.sql",
        "UPDATE lamps SET colour = before FROM millwright_changes WHERE row_key = id::text");
    file("1-case/tables.txt", "lamps\n");
    file("2-note/check.sql", "SELECT '' AS reason WHERE false");
    file("2-note/apply.sql", "ALTER TABLE lamps DROP COLUMN note");
    file("2-note/verify.sql", "SELECT '' AS subject, '' AS expected, '' AS actual WHERE false");
    file("2-note/rollback.sql", "ALTER TABLE lamps ADD COLUMN note text");
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  private void file(String path, String text) throws IOException {
    Files.createDirectories(folder.resolve(path).getParent());
    Files.writeString(folder.resolve(path), text);
  }

  private Console migrate(String arguments) {
    return Console.run(
        Stream.concat(
                Stream.of(("migrate " + arguments).split(" ")),
                Stream.of("--plan", folder + "/", "--database", database.urlWithPassword()))
            .toArray(String[]::new));
  }

  @Test
  void a_reason_against_is_shown_with_the_way_out_and_nothing_is_changed() throws Exception {
    Console refused = migrate("plan");
    assertEquals(Exit.DIFFERENT, refused.exitCode(), refused.err());
    assertTrue(refused.out().contains("cannot be applied: lamp 11: colour banana"), refused.out());
    assertEquals(Exit.CONFIG, migrate("apply").exitCode());
    assertEquals("RED", database.value("SELECT colour FROM lamps WHERE id = 20"));
  }

  /** At 3 a.m.: how much of what first, then some of it, and no flood. */
  @Test
  void a_plan_shows_numbers_and_the_first_values_and_all_of_them_when_asked() {
    Console plan = migrate("plan --map banana=yellow");
    assertEquals(Exit.OK, plan.exitCode(), plan.err());
    List<String> lines = plan.out().lines().toList();
    assertEquals("phase 1-case: pending", lines.get(0));
    assertEquals("  changes 51 values", lines.get(1));
    assertEquals("    lamps.colour: 51", lines.get(2));
    assertEquals("  lamps.colour of 10: 'a|b\\n<i>*c*\\\\d' → 'red'  (one spelling)", lines.get(3));
    assertEquals("  … and 31 more; --all shows them", lines.get(23));
    assertEquals("phase 2-note: pending", lines.get(24));
    assertEquals(26, lines.size(), plan.out());
    assertEquals(51 + 5, migrate("plan --all --map banana=yellow").out().lines().count());
  }

  @Test
  void status_is_a_table_and_an_object_a_line() {
    migrate("apply --map banana=yellow --soak 24h --to 1-case");
    assertTrue(migrate("status").out().contains("1-case  applied"), migrate("status").out());
    List<String> lines = migrate("status --json").out().lines().toList();
    assertEquals(2, lines.size());
    JsonObject first = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    assertEquals("applied", first.get("state").getAsString());
    assertEquals(51, first.get("changes").getAsInt());
    assertEquals(86_400, first.getAsJsonObject("options").get("soak_seconds").getAsInt());
    JsonObject table = first.getAsJsonArray("tables").get(0).getAsJsonObject();
    assertEquals(500, table.get("rows_before").getAsInt());
    JsonObject second = JsonParser.parseString(lines.get(1)).getAsJsonObject();
    assertEquals("pending", second.get("state").getAsString());
    assertTrue(second.get("applied_at").isJsonNull(), "absent is null, not left out");
  }

  @Test
  void verify_is_fit_for_programs() throws Exception {
    migrate("apply --map banana=yellow");
    Console same = migrate("verify --json");
    assertEquals(Exit.OK, same.exitCode());
    assertEquals("", same.out());
    database.execute("UPDATE lamps SET colour = 'RED' WHERE id < 3");
    Console different = migrate("verify --json");
    assertEquals(Exit.DIFFERENT, different.exitCode());
    JsonObject difference = JsonParser.parseString(different.out()).getAsJsonObject();
    assertEquals("lamps.colour", difference.get("subject").getAsString());
    assertEquals("none in upper case", difference.get("expected").getAsString());
    assertEquals("2", difference.get("actual").getAsString());
  }

  /** Whoever answers for the change sees each old value, as it was. */
  @Test
  void a_report_is_complete_and_holds_any_text() throws Exception {
    Console before = migrate("report");
    assertEquals(Exit.OK, before.exitCode(), before.err());
    assertTrue(before.out().contains("Nothing is applied yet."), before.out());
    assertTrue(before.out().contains("- Before 1-case: lamp 11: colour banana"), before.out());

    Console.run(
        "migrate",
        "apply",
        "--plan",
        folder + "/",
        "--map",
        "banana=yellow",
        "--force",
        "--reason",
        "agreed | with shift 2",
        "--database",
        database.urlWithPassword());
    Path file = folder.resolve("report.md");
    assertEquals(Exit.OK, migrate("report --to-file " + file).exitCode());
    String report = Files.readString(file);
    assertTrue(
        report.contains(
            "| lamps | 10 | colour | a\\|b<br>&lt;i>\\*c\\*\\\\d | red | one spelling |"),
        report);
    assertEquals(51, report.lines().filter(line -> line.startsWith("| lamps | ")).count() - 1);
    assertTrue(report.contains("agreed \\| with shift 2"), report);
    assertTrue(
        report.matches("(?s).*\\| lamps \\| 500 \\| 500 \\| \\w{32} \\| \\w{32} \\| changed.*"));
    assertTrue(report.contains("- Every phase is applied"), report);
    assertFalse(report.contains("- Before"), report);

    Console again = migrate("report --to-file " + file);
    assertEquals(Exit.IO_ERROR, again.exitCode());
    assertTrue(again.err().contains(file + " is there already"), again.err());
    assertEquals(report, Files.readString(file), "the older one is as it was");
  }

  @Test
  void the_way_back_says_whether_it_led_to_where_the_way_up_began() {
    migrate("apply --map banana=yellow");
    Console down = migrate("rollback");
    assertEquals(Exit.OK, down.exitCode(), down.err());
    assertTrue(down.out().contains("lamps is as it was before the phase: 500 rows, "), down.out());
  }
}
