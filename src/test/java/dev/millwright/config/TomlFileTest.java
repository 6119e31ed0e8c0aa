package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be wrong with a file before anybody asks what it means. */
class TomlFileTest {

  @TempDir Path temporary;

  private final Report report = new Report();

  private List<String> read(byte[] bytes) throws IOException {
    Path file = temporary.resolve("a.toml");
    Files.write(file, bytes);
    TomlFile.read(file, report);
    return complaints();
  }

  private List<String> complaints() {
    return report.mistakes().stream()
        .map(mistake -> mistake.toString().replace(temporary + "/", ""))
        .toList();
  }

  @Test
  void aMissingFileIsNamed() {
    assertNull(TomlFile.read(temporary.resolve("a.toml"), report));
    assertEquals(List.of("a.toml: there is no such file"), complaints());
  }

  @Test
  void aFolderIsNotAFile() throws IOException {
    Files.createDirectory(temporary.resolve("a.toml"));
    assertNull(TomlFile.read(temporary.resolve("a.toml"), report));
    assertEquals(List.of("a.toml: this is a directory, and a file is expected"), complaints());
  }

  @Test
  void anEmptyFileIsSaidToBeEmpty() throws IOException {
    assertEquals(List.of("a.toml: the file is empty"), read(new byte[0]));
  }

  @Test
  void aFileOfOneMebibyteIsReadAndALargerOneIsNot() throws IOException {
    byte[] bytes = "#".repeat(TomlFile.LIMIT_BYTES).getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of(), read(bytes));
    assertEquals(
        List.of("a.toml: larger than the limit of 1 MiB"),
        read((new String(bytes, StandardCharsets.UTF_8) + "#").getBytes(StandardCharsets.UTF_8)));
  }

  /** An editor set to Latin-1 is the usual cause: its ö is a byte that UTF-8 does not have. */
  @Test
  void aByteThatIsNotUtf8IsNamedWithItsLineAndOffset() throws IOException {
    assertEquals(
        List.of("a.toml:2: byte 11 (0xF6) is not UTF-8; save the file as UTF-8"),
        read("a = 1\nb = \"ö\"\n".getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void aCharacterCutOffAtTheEndIsNotUtf8() throws IOException {
    assertEquals(
        List.of("a.toml:1: byte 2 (0xE2) is not UTF-8; save the file as UTF-8"),
        read(new byte[] {'#', ' ', (byte) 0xE2, (byte) 0x82}));
  }

  @Test
  void aByteOrderMarkIsNamed() throws IOException {
    assertEquals(
        List.of("a.toml:1: the file begins with a byte order mark; save it as UTF-8 without one"),
        read("\uFEFFa = 1\n".getBytes(StandardCharsets.UTF_8)));
  }

  /** The parser descends once per bracket; its stack must not become ours. */
  @Test
  void bracketsWithoutEndDoNotBringTheDaemonDown() throws IOException {
    assertEquals(1, read(("a = " + "[".repeat(200_000)).getBytes(StandardCharsets.UTF_8)).size());
  }

  static Stream<Arguments> syntax() {
    String value =
        "expected a value: text in double quotes, a number, true or false, a list in [ ] or a table"
            + " in { }";
    return Stream.of(
        arguments("a = \n", List.of("1: found end of line, " + value)),
        arguments("a = True\n", List.of("1: found 'T', " + value)),
        arguments(
            "a = opc.tcp://x\nb = /dev/x\n",
            List.of("1: found 'o', " + value, "2: found '/', " + value)),
        arguments(
            "a = 5s\n",
            List.of("1: found 's' after the end of a value; text needs double quotes around it")),
        arguments("a = \"x\n", List.of("1: found end of line, expected \" or a character")),
        arguments(
            "a = \"C:\\dev\"\n",
            List.of(
                "1: \"\\d\" means nothing in a text; write \\\\ for a backslash, or put the text"
                    + " into single quotes")),
        arguments("a\n", List.of("1: found end of line, expected . or =")),
        arguments("[a\n", List.of("1: found end of line, expected ]")),
        arguments(
            "a = [1,\n 2\nb = 2\n",
            List.of("3: found 'b' in a list, expected a comma or the list's end, ]")),
        arguments(
            "a = 1\nb = [1,\n 2\n", List.of("3: the file ends inside a list, which needs a ]")),
        arguments("b = [", List.of("1: the file ends inside a list, which needs a ]")),
        arguments(
            "b = [1,\nc = 2\n",
            List.of(
                "2: found 'c', expected ] or a newline",
                "2: the file ends inside a list, which needs a ]")),
        arguments(
            "b = \"\"\"\nx\n", List.of("2: the file ends inside a text, which needs a \"\"\"")),
        arguments("b = '''x\r\n\r\n", List.of("2: the file ends inside a text, which needs a '''")),
        arguments(
            "a = \nb = # 5\nc = 1 1\n[d]\nx = \n",
            List.of(
                "1: found end of line, " + value,
                "2: found end of line, " + value,
                "3: found '1' after the end of a value; text needs double quotes around it",
                "5: found end of line, " + value)),
        arguments(
            "[a.\"b\\d\"]\nc = \n",
            List.of(
                "1: \"\\d\" means nothing in a text; write \\\\ for a backslash, or put the text"
                    + " into single quotes",
                "2: found end of line, " + value)),
        arguments(
            "a = \"C:\\\r\nb = 1 1\r\n",
            List.of(
                "1: found '\\\\', expected \" or a character",
                "2: found '1' after the end of a value; text needs double quotes around it")),
        arguments("a = 99999999999999999999\n", List.of("1: Integer is too large")),
        arguments(
            "a = 1\r\nb = 2\r\na = 3\r\n", List.of("3: key \"a\" is given twice; first in line 1")),
        arguments(
            "a = { b = 1, b = 2 }\n", List.of("1: key \"b\" is given twice; first in line 1")),
        arguments(
            "[a]\nx = 1\n[b]\n[a]\ny = 1\n",
            List.of("4: table [a] is given twice; first in line 1")),
        arguments(
            "a = 1\n\n\na = 2\nb = \nc = 1 1\n",
            List.of(
                "4: key \"a\" is given twice; first in line 1",
                "5: found end of line, " + value,
                "6: found '1' after the end of a value; text needs double quotes around it")));
  }

  @ParameterizedTest
  @MethodSource("syntax")
  void everySyntaxErrorIsToldInWordsWithItsLine(String text, List<String> expected)
      throws IOException {
    assertEquals(
        expected.stream().map(e -> "a.toml:" + e).toList(),
        read(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** What the parser made of a broken header's table must not be blamed on the technician. */
  @Test
  void nothingUntrueIsSaidAfterASyntaxError() throws IOException {
    record Inner(int x) {}
    record Outer(int a, Inner inner, String other) {}
    Path file = temporary.resolve("a.toml");
    Files.writeString(file, "a = \"1\"\n[inner]]\nx = 1\ny = 2\n[more]\nb = 1\n");
    Node.Table table = TomlFile.read(file, report);
    assertNotNull(table);
    new Binder(report, new Secrets(java.util.Map.of(), report)).record(table, Outer.class);
    assertEquals(
        List.of(
            "a.toml:1: a: expected an integer such as 5, found the text \"1\"",
            "a.toml:2: found ']]', expected ] or .",
            "a.toml:5: unknown key \"more\"; known here: a, inner, other"),
        complaints());
  }
}
