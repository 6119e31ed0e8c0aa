package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millwright.daemon.LogSettings;
import dev.millwright.device.virtual.VirtualSettings;
import dev.millwright.settings.DataSize;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type that a settings record may have, right and wrong. */
class BinderTest {

  enum Security {
    NONE,
    @Word("Basic256Sha256")
    BASIC_256_SHA_256,
    TWO_WORDS
  }

  record Inner(int a, @Default("2") int b) {}

  record All(
      @Optional String text,
      @Default("true") boolean yes,
      @Default("-3") int whole,
      @Default("4") long wide,
      @Default("1.5") double number,
      @Default("250ms") Duration time,
      @Default("10MiB") DataSize size,
      @Default("Basic256Sha256") Security security,
      @Default("/a/b") Path path,
      @Default("") List<String> list,
      @Default("") List<Inner> tables,
      @Default("") Map<String, Integer> free,
      @Optional Integer maybe,
      @Optional Inner inner) {}

  @TempDir Path temporary;
  private final Report report = new Report();

  private <R extends Record> R bind(String text, Class<R> type) throws IOException {
    Path file = temporary.resolve("a.toml");
    Files.writeString(file, text);
    Node.Table table = TomlFile.read(file, report);
    return new Binder(report, new Secrets(Map.of(), report)).record(table, type);
  }

  private List<String> complaints() {
    return report.mistakes().stream()
        .map(mistake -> mistake.toString().replace(temporary + "/a.toml:", ""))
        .toList();
  }

  @Test
  void defaultsAreWrittenAsInAFile() throws IOException {
    assertEquals(
        new All(
            null,
            true,
            -3,
            4,
            1.5,
            Duration.ofMillis(250),
            DataSize.ofMebibytes(10),
            Security.BASIC_256_SHA_256,
            Path.of("/a/b"),
            List.of(),
            List.of(),
            Map.of(),
            null,
            null),
        bind("# nothing\n", All.class));
    assertEquals(
        new LogSettings(null, LogSettings.Level.INFO, DataSize.ofMebibytes(10), 10),
        bind("# nothing\n", LogSettings.class));
    assertEquals(List.of("R1"), bind("# nothing\n", VirtualSettings.class).recipes());
  }

  @Test
  void everyTypeArrives() throws IOException {
    All all =
        bind(
            """
            text = " not trimmed "
            yes = false
            whole = -2147483648
            wide = 0xFF
            number = 3
            time = "1d"
            size = "1KiB"
            security = "two-words"
            path = "c"
            list = ["x", ""]
            maybe = 7
            inner = { a = 1 }
            [free]
            b_2 = 2
            [[tables]]
            a = 1
            [[tables]]
            a = 3
            b = 4
            """,
            All.class);
    assertEquals(List.of(), complaints());
    assertEquals(
        new All(
            " not trimmed ",
            false,
            Integer.MIN_VALUE,
            255,
            3.0,
            Duration.ofDays(1),
            new DataSize(1024),
            Security.TWO_WORDS,
            Path.of("c"),
            List.of("x", ""),
            List.of(new Inner(1, 2), new Inner(3, 4)),
            Map.of("b_2", 2),
            7,
            new Inner(1, 2)),
        all);
  }

  static Stream<Arguments> wrong() {
    String time = "time: expected a time such as \"250ms\", \"5s\" or \"2m\", found the text ";
    String size = "size: expected a size such as \"512MiB\", found the text ";
    return Stream.of(
        arguments("time = \"\"", time + "\"\""),
        arguments("time = \"5\"", time + "\"5\""),
        arguments("time = \"-5s\"", time + "\"-5s\""),
        arguments("time = \"1h30m\"", time + "\"1h30m\""),
        arguments("time = \"5S\"", time + "\"5S\""),
        arguments("time = \"99999999999999999999s\"", time + "\"99999999999999999999s\""),
        arguments(
            "time = \"999999999999999d\"",
            "time: \"999999999999999d\" is longer than a hundred years"),
        arguments("time = \"36501d\"", "time: \"36501d\" is longer than a hundred years"),
        arguments("size = \"512MB\"", size + "\"512MB\""),
        arguments("size = \"1.5GiB\"", size + "\"1.5GiB\""),
        arguments("size = \"999999999999999TiB\"", "size: \"999999999999999TiB\" is too large"),
        arguments("number = inf", "number: Infinity is not a number that can be used"),
        arguments(
            "security = \"basic256sha256\"",
            "security: \"basic256sha256\" is not one of none, Basic256Sha256, two-words; did you"
                + " mean \"Basic256Sha256\"?"),
        arguments("path = \"\"", "path: an empty text is not a path"),
        arguments("path = \"a\\u0000b\"", "path: \"a?b\" is not a path: Nul character not allowed"),
        arguments("inner = 1", "inner: expected a table, found the integer 1"),
        arguments("tables = [1]", "tables: expected a table, found the integer 1"),
        arguments("free = [1]", "free: expected a table, found a list"),
        arguments("free.x = true", "x: expected an integer such as 5, found true"),
        arguments(
            "free.\"Ü\" = 1",
            "free: the name \"Ü\" is not small letters, digits and _, beginning with a letter"),
        arguments("text = [\"a\"]", "text: expected a text such as \"a\", found a list"),
        arguments(
            "\"\" = 1\n",
            "unknown key \"\"; known here: free, inner, list, maybe, number, path, security, size,"
                + " tables, text, time, whole, wide, yes"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongValuesAreToldAndNotMended(String text, String expected) throws IOException {
    bind(text + "\n", All.class);
    assertEquals(List.of("1: " + expected), complaints());
  }

  /** A value that is long, or has line ends in it, must not spoil the list of mistakes. */
  @Test
  void whatWasFoundIsShownInOneShortLine() throws IOException {
    bind("yes = \"a\\n" + "b".repeat(100) + "\"\n", All.class);
    assertEquals(
        List.of("1: yes: expected true or false, found the text \"a?" + "b".repeat(58) + "…\""),
        complaints());
  }

  /** A rule is judged although another key of its table was refused already. */
  @Test
  void aBrokenRuleIsNotHiddenByAnotherMistake() throws IOException {
    bind("url = 5\nusr = \"a\"\npool = 0\n", Samples.Database.class);
    assertEquals(
        List.of(
            "1: required key \"password_file\" is missing",
            "1: url: expected a text such as \"a\", found the integer 5",
            "2: unknown key \"usr\"; did you mean \"user\"?",
            "3: pool: 0 is not between 1 and 64"),
        complaints());
  }

  @Test
  void allBrokenRulesOfARecordAreTold() throws IOException {
    bind("size = \"1KiB\"\nlevel = \"wrn\"\nkeep = 0\nfile = \"a\"\n", LogSettings.class);
    assertEquals(
        List.of(
            "1: unknown key \"size\"; known here: file, keep, level, max_size",
            "2: level: \"wrn\" is not one of error, warn, info, debug; did you mean \"warn\"?",
            "3: keep: 0 is not between 1 and 1000",
            "4: file: \"a\" is not a whole path; a daemon has no folder to begin from"),
        complaints());
  }
}
