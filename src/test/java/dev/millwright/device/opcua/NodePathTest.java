package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.settings.Access;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Browse paths as a technician writes them (OPC 10000-4, Annex A.2). */
class NodePathTest {

  @Test
  void stepsHaveTheirNamespaceByIndexOrByUri() {
    assertEquals(
        List.of(
            new PathStep(false, null, 0, "Objects", "/Objects"),
            new PathStep(false, null, 2, "Press", "/2:Press"),
            new PathStep(
                true,
                "http://acme.example/a.b/",
                0,
                "State",
                ".nsu=http://acme.example/a.b/;State")),
        NodePath.parse("/Objects/2:Press.nsu=http://acme.example/a.b/;State"));
  }

  /** Names as controllers give them: quotes, blanks and whatever the grammar needs for itself. */
  @Test
  void whatTheGrammarNeedsIsWrittenWithAnAmpersand() {
    assertEquals(
        List.of("\"DB 1\"", "a/b.c<d>e:f#g!h&i", "7"),
        NodePath.parse("/3:\"DB 1\"/a&/b&.c&<d&>e&:f&#g&!h&&i/7").stream()
            .map(PathStep::name)
            .toList());
  }

  @Test
  void aUriMayHoldASemicolonAndAPercentSign() {
    assertEquals("urn:a;b%c", NodePath.parse("/nsu=urn:a%3Bb%25c;State").get(0).uri());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''| does not begin with / or .",
        "Objects/State| does not begin with / or .",
        "/Objects//State| has an empty name; a / or . in a name is written &/ or &.",
        "/Objects/| has an empty name",
        "/Objects/2:| has an empty name",
        "/Objects/65536:State| has the namespace index 65536; 65535 is the most",
        "/Objects/nsu=urn:press/State| has a namespace URI without a ; after it",
        "/Objects/nsu=;State| has an empty namespace URI",
        "/Objects/PLC:State| has a : in a name, which is written &:",
        "/Objects/A&B| has a & that is not before one of /.<>:#!&; & itself is &&",
        "/Objects/A&| has a & that is not before one of",
        "<Organizes>Objects| names a type of reference (<…>); only / and . are supported",
      })
  void whatIsNoPathSaysWhy(String path, String why) {
    String mistake = mistake(path);
    assertTrue(mistake.startsWith("path: \"" + path + "\" " + why), mistake);
    assertTrue(mistake.contains("it looks like \"/Objects/2:Press/nsu=urn:press;State\""), mistake);
  }

  /** I8. */
  @Test
  void lengthsAreBounded() {
    assertTrue(mistake("/a".repeat(65)).contains("has 65 steps; 64 is the most"));
    assertTrue(mistake("/" + "a".repeat(513)).contains("513 characters; 512 is the most"));
  }

  @Test
  void aTagNeedsANodeOrAPath() {
    String mistake =
        assertThrows(
                IllegalArgumentException.class,
                () -> new OpcUaTag("state", null, null, Access.READ))
            .getMessage();
    assertTrue(mistake.startsWith("node: not given; it looks like"), mistake);
    assertTrue(mistake.contains("or give path = "), mistake);
  }

  private static String mistake(String path) {
    return assertThrows(
            IllegalArgumentException.class, () -> new OpcUaTag("state", null, path, Access.READ))
        .getMessage();
  }
}
