package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the package carries of the commands' definitions is whole, and a real bash completes by it.
 */
class ManualTest {

  private static final Path GUIDE = Path.of("src/docs/configuration.md");

  @TempDir private Path folder;

  @Test
  void every_command_and_option_is_on_a_page() throws Exception {
    write(folder);
    String first = read("man1/millwright.1");
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      if (command.getCommandName().equals("help")) {
        continue;
      }
      assertTrue(first.contains("\\-" + command.getCommandName() + "\\fR(1)"), first);
      String page = read("man1/millwright-" + command.getCommandName() + ".1");
      assertWhole(page, command);
      command.getSubcommands().values().forEach(each -> assertWhole(page, each));
    }
  }

  /** What a page says is not taken for a request of roff's, and dashes can be copied. */
  @Test
  void words_are_printed_as_they_are() {
    Roff page = new Roff();
    page.words(".so /etc/passwd");
    page.words("a \\fB 'quoted'  --json");
    assertEquals("\\&.so /etc/passwd\na \\efB \\(aqquoted\\(aq \\-\\-json\n", page.toString());
  }

  @Test
  void the_same_commands_give_the_same_bytes() throws Exception {
    write(folder.resolve("a"));
    write(folder.resolve("b"));
    Path page = Path.of("man/man1/millwright-migrate.1.gz");
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a").resolve(page)),
        Files.readAllBytes(folder.resolve("b").resolve(page)));
  }

  @Test
  void the_page_of_the_configuration_is_the_guide() throws Exception {
    write(folder);
    String page = read("man5/millwright.toml.5");
    List<String> keys =
        Files.readString(GUIDE)
            .lines()
            .filter(line -> line.startsWith("| `") && !line.startsWith("| `["))
            .map(line -> Roff.bold(line.substring(3, line.indexOf('`', 3))))
            .toList();
    assertTrue(keys.size() > 50, keys::toString);
    keys.forEach(key -> assertTrue(page.contains("\n" + key), () -> key + " is not in\n" + page));
    assertFalse(page.contains("](") || page.contains("|\n"), page);
  }

  @Test
  void a_table_becomes_terms_and_a_link_its_words() {
    Roff page = new Roff();
    MarkdownPage.append(
        """
        # Title
        ### [log]
        One [`[a]`](b.md#c),
        **two**.
        | key | type | meaning |
        | --- | --- | --- |
        | `a` | `x` \\| `y` | see [there](x.md) |

        ```toml
        .a = '-'
        ```
        """,
        page);
    assertEquals(
        """
        .SS "[log]"
        .PP
        One \\fB[a]\\fR, \\fBtwo\\fR\\&.
        .TP
        \\fBa\\fR
        (type: \\fBx\\fR | \\fBy\\fR) see there
        .PP
        .RS 4
        .nf
        \\&.a = \\(aq\\-\\(aq
        .fi
        .RE
        """,
        page.toString());
  }

  @Test
  void bash_completes_commands_and_options() throws Exception {
    write(folder);
    assertEquals(List.of("history"), completed("millwright", "hist"));
    assertEquals(List.of("discard"), completed("millwright", "journal", "dis"));
    assertEquals(List.of("--watch"), completed("millwright", "status", "--w"));
  }

  private static void write(Path folder) throws IOException {
    Manual.main(new String[] {folder.toString(), GUIDE.toString()});
  }

  private List<String> completed(String... words) throws Exception {
    String script =
        // compopt: of use only where a person presses Tab
        "compopt() { :; }; source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_millwright; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(
                folder.resolve("completion/millwright"), String.join(" ", words), words.length - 1);
    Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), said);
    return said.lines().map(String::strip).toList();
  }

  private static void assertWhole(String page, CommandLine command) {
    assertFalse(page.isBlank());
    for (OptionSpec option : command.getCommandSpec().options()) {
      String name = option.longestName().replace("-", "\\-");
      assertTrue(option.hidden() || page.contains(name), () -> name + " is not in\n" + page);
    }
    for (String line : command.getCommandSpec().usageMessage().description()) {
      for (String part : line.strip().split("\\s{2,}", -1)) {
        assertTrue(page.contains(Roff.text(part)), () -> part + " is not in\n" + page);
      }
    }
  }

  private String read(String name) throws IOException {
    try (InputStream from =
        new GZIPInputStream(Files.newInputStream(folder.resolve("man/" + name + ".gz")))) {
      return new String(from.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
