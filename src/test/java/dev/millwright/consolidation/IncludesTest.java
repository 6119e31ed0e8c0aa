package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class IncludesTest {

  private static String text(String path, Map<String, String> files) throws PlanException {
    return Includes.text(path, files::get);
  }

  @Test
  void aFileStandsWhereItIsNamedRelativeToTheOneThatNamesIt() throws Exception {
    Map<String, String> files =
        Map.of(
            "02-b/apply.sql", "SELECT 1;\n\\ir ../01-a/apply.sql\nSELECT 3;\n",
            "01-a/apply.sql", "\\ir part.sql\n",
            "01-a/part.sql", "SELECT '$1\\2';\n");
    assertEquals("SELECT 1;\nSELECT '$1\\2';\nSELECT 3;\n", text("02-b/apply.sql", files));
    assertNull(text("03-c/apply.sql", files));
  }

  /** verify.sql and preview.sql are one query; a semicolon inside would end it. */
  @Test
  void insideAQueryAnotherOneHasNoSemicolon() throws Exception {
    assertEquals(
        "SELECT * FROM (\nSELECT 1 -- one;\n ORDER BY 1\n) AS a;\n",
        text(
            "a.sql",
            Map.of(
                "a.sql", "SELECT * FROM (\n\\ir b.sql\n) AS a;\n",
                "b.sql", "SELECT 1 -- one;\n ORDER BY 1;\n")));
  }

  @Test
  void aFileThatIsMissingOrNamesItselfIsNamed() {
    PlanException missing =
        assertThrows(PlanException.class, () -> text("a.sql", Map.of("a.sql", "\\ir b.sql\n")));
    assertEquals("a.sql: \\ir b.sql: there is no such file", missing.getMessage());
    PlanException round =
        assertThrows(PlanException.class, () -> text("a.sql", Map.of("a.sql", "\\ir a.sql\n")));
    assertTrue(round.getMessage().startsWith("a.sql: files that include each other"));
  }
}
