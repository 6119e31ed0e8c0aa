package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a technician reads after a slip in a machine's file: the line, and what to write instead.
 */
class BadMachineFileTest {

  private static final String REST =
      """
      [ascii]
      port = "/dev/ttyUSB0"
      [tags.mode]
      query = "S?"
      [lifecycle]
      state = { tag = "mode", idle = [0], processing = [1] }
      """;

  private static final String HEAD =
      """
      serial_number = "MILL-07"
      protocol = "ascii"
      """;

  @TempDir Path temporary;

  /** Lines 3 to 8 hold the rest when nothing is put between. */
  static Stream<Arguments> slips() {
    return Stream.of(
        slip(
            HEAD + "stale_aftr = \"5s\"\n" + REST,
            "3: unknown key \"stale_aftr\"; did you mean \"stale_after\"?"),
        slip(
            HEAD + "stale-after = \"5s\"\n" + REST,
            "3: unknown key \"stale-after\"; did you mean \"stale_after\"?"),
        slip(
            HEAD + "colour = \"red\"\n" + REST,
            "3: unknown key \"colour\"; known here: accept_uncertain, ascii, commands, drive,"
                + " handshake, lifecycle, opcua, panel, protocol, register, serial_number,"
                + " stale_after, tags, trace, virtual"),
        slip(
            HEAD + "stale_after = 5\n" + REST,
            "3: stale_after: expected a time such as \"250ms\", \"5s\" or \"2m\", found the integer 5"),
        slip(
            HEAD + "stale_after = \"5 s\"\n" + REST,
            "3: stale_after: expected a time such as \"250ms\", \"5s\" or \"2m\", found the text \"5 s\""),
        slip(
            HEAD + "stale_after = \"100ms\"\n" + REST,
            "3: stale_after: 100ms is not between 200ms and 24h"),
        slip(
            HEAD + "stale_after = \"2d\"\n" + REST,
            "3: stale_after: 48h is not between 200ms and 24h"),
        slip(
            HEAD + "register = \"yes\"\n" + REST,
            "3: register: expected true or false, found the text \"yes\""),
        slip(
            HEAD + "register = 1979-05-27\n" + REST,
            "3: register: expected true or false, found a date or time"),
        slip("protocol = \"ascii\"\n" + REST, "1: required key \"serial_number\" is missing"),
        slip("serial_number = \"A\"\n" + REST, "1: required key \"protocol\" is missing"),
        slip(
            "serial_number = \" A\"\nprotocol = \"ascii\"\n" + REST,
            "1: serial_number: \" A\" is empty, or has blanks around it or control characters in it"),
        slip(
            "serial_number = 7\nprotocol = \"ascii\"\n" + REST,
            "1: serial_number: expected a text such as \"a\", found the integer 7"),
        slip(
            "serial_number = \"A\"\nprotocol = \"asci\"\n" + REST,
            "2: protocol: \"asci\" is not a protocol; did you mean \"ascii\"?"),
        slip(
            "serial_number = \"A\"\nprotocol = \"modbus-rtu\"\n" + REST,
            "2: protocol: \"modbus-rtu\" is not a protocol; known here: ascii, opcua, virtual"),
        slip(
            "serial_number = \"A\"\nprotocol = \"opcua\"\n[opcua]\nendpoint = \"x\"\n" + REST,
            "5: table [ascii] does not belong to protocol \"opcua\"",
            "8: unknown key \"query\"; known here: node",
            "7: required key \"node\" is missing"),
        slip(
            "serial_number = \"A\"\nprotocol = \"virtual\"\n" + REST,
            "3: table [ascii] does not belong to protocol \"virtual\"",
            "5: table [tags] does not belong to protocol \"virtual\"",
            "7: table [lifecycle] does not belong to protocol \"virtual\""),
        slip(
            """
            serial_number = "A"
            protocol = "virtual"
            [virtual]
            [handshake]
            trigger = "redy"
            reply = "state"
            """,
            "5: trigger: the machine has no tag \"redy\"; did you mean \"ready\"?",
            "6: reply: tag \"state\" is only read, never written"),
        slip(
            HEAD,
            "1: required table [ascii] is missing; it needs port",
            "1: required table [lifecycle] is missing; it needs state",
            "1: there are no tags; describe each in a table [tags.NAME] of its own"),
        slip(
            HEAD + "ascii = 5\n" + REST.substring(REST.indexOf("[tags")),
            "3: ascii: expected a table, found the integer 5"),
        slip(
            HEAD + "tags = 5\n" + REST.replaceAll("(?s)\\[tags.*(?=\\[life)", ""),
            "3: tags: expected a table, found the integer 5"),
        slip(
            HEAD + REST.replace("[ascii]", "[asci]"),
            "3: unknown key \"asci\"; did you mean \"ascii\"?"),
        slip(
            HEAD + REST.replace("[tags.mode]", "[tag.mode]"),
            "5: unknown key \"tag\"; did you mean \"tags\"?"),
        slip(
            HEAD + REST.replace("[tags.mode]", "[tags.Mode]"),
            "5: tags: the name \"Mode\" is not small letters, digits and _, beginning with a letter",
            "8: state.tag: there is no table [tags.mode]; did you mean \"Mode\"?"),
        slip(
            HEAD + REST.replace("[lifecycle]", "[lifecycel]"),
            "7: unknown key \"lifecycel\"; did you mean \"lifecycle\"?"),
        slip(
            HEAD + REST.replace("tag = \"mode\"", "tag = \"mod\""),
            "8: state.tag: there is no table [tags.mod]; did you mean \"mode\"?"),
        slip(
            HEAD + REST + "recipe = \"program\"\n",
            "9: recipe: there is no table [tags.program]; known here: mode"),
        slip(
            HEAD + REST + "counter = \"mode\"\n",
            "9: counter: tag \"mode\" already shows the state"),
        slip(
            HEAD + REST + "counter_counts = \"completed\"\n",
            "9: counter_counts: there is no counter: name its tag with counter = \"…\""),
        slip(
            HEAD + REST + "counter_counts = \"complete\"\n",
            "9: counter_counts: \"complete\" is not one of started, completed;"
                + " did you mean \"completed\"?"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = [1, 0]"),
            "8: processing: code 0 already means idle"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = [\"0\"]"),
            "8: processing: code 0 already means idle"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = [1, 2, 1]"),
            "8: processing: code 1 is given twice"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = []"),
            "8: processing: without a code the machine could never be processing; or name a profile"),
        slip(
            HEAD + REST.replace("processing = [1]", "profile = \"packlm\""),
            "8: profile: \"packlm\" is not one of packml, machinery, isa95-job;"
                + " did you mean \"packml\"?"),
        slip(
            HEAD + REST + "[handshake]\ntrigger = \"mode\"\nreply = \"mode\"\n",
            "11: reply: tag \"mode\" is the trigger; each needs a tag of its own, as on one tag"
                + " the machine and the daemon would overwrite each other"),
        slip(
            HEAD + REST + "[handshake]\ntrigger = \"mod\"\nreply = \"taken\"\n",
            "10: trigger: there is no table [tags.mod]; did you mean \"mode\"?",
            "11: reply: there is no table [tags.taken]; known here: mode"),
        slip(
            HEAD + REST + "[handshake]\ntrigger = \"ready\"\nreply = \"mode\"\n",
            "10: trigger: there is no table [tags.ready]; known here: mode",
            "11: reply: tag \"mode\" already means something in [lifecycle]"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = [1], offline = [1]"),
            "8: offline: code 1 already means processing"),
        slip(
            HEAD + REST.replace("processing = [1]", "error = [9]"),
            "8: processing: without a code the machine could never be processing; or name a profile"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = 1"),
            "8: processing: expected a list in [ ], found the integer 1"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = [1.5]"),
            "8: processing: expected codes such as 3, \"RUN\" or true, found the number 1.5"),
        slip(
            HEAD + REST.replace("processing = [1]", "processing = [\"RUN \"]"),
            "8: processing: the text \"RUN \" can never be shown: codes are compared without blanks"
                + " around them"),
        slip(
            HEAD + REST.replace("query = \"S?\"", "query = \"S?\"\nreply = \"STATE=(\\\\w+\""),
            "7: reply: \"STATE=(\\w+\" is not a regular expression: Unclosed group at character 11"),
        slip(
            HEAD + REST.replace("/ttyUSB0\"", "/ttyUSB0\"\nbaud = 12"),
            "5: baud: 12 is not between 50 and 4000000"),
        slip(
            HEAD + REST.replace("/ttyUSB0\"", "/ttyUSB0\"\nbaud = 99999999999"),
            "5: baud: 99999999999 is not between -2147483648 and 2147483647"),
        slip(
            HEAD + REST.replace("/ttyUSB0\"", "/ttyUSB0\"\nbaud = 9600.0"),
            "5: baud: expected an integer such as 5, found the number 9600.0"),
        slip(
            HEAD + REST.replace("/ttyUSB0\"", "/ttyUSB0\"\nparity = \"evn\""),
            "5: parity: \"evn\" is not one of none, even, odd; did you mean \"even\"?"),
        slip(
            HEAD + REST.replace("/ttyUSB0\"", "/ttyUSB0\"\npassword = \"hunter2\""),
            "5: key \"password\" is refused, as a secret does not belong into this file; write it into a"
                + " file of its own, and here password_file = \"NAME\""));
  }

  private static Arguments slip(String text, String... expected) {
    return arguments(text, List.of(expected));
  }

  @ParameterizedTest
  @MethodSource("slips")
  void aSlipIsToldWithItsLineAndWhatIsRight(String text, List<String> expected) throws IOException {
    Samples.Folder folder = Samples.Folder.in(temporary).write("machines/mill.toml", text);
    List<String> lines = expected.stream().map(e -> "machines/mill.toml:" + e).sorted().toList();
    assertEquals(lines, folder.complaints().stream().sorted().toList());
  }

  /** The file that the slips are made in has no mistake itself. */
  @Test
  void theUnspoiltFileIsAccepted() throws IOException {
    assertEquals(
        List.of(),
        Samples.Folder.in(temporary).write("machines/mill.toml", HEAD + REST).complaints());
  }

  /** One mistake per run is how people come to hate a program. */
  @Test
  void eightMistakesInOneFileAreToldAtOnce() throws IOException {
    String text =
        """
        serial_number = 7
        protocol = "ascii"
        stale_after = "1ms"
        regster = true
        accept_uncertain = "no"
        [ascii]
        port = "/dev/ttyUSB0"
        baud = 12
        parity = "evn"
        [tags.mode]
        query = "S?"
        reply = "("
        [lifecycle]
        state = { tag = "mode", idle = [0], processing = [1, 0] }
        """;
    Samples.Folder folder = Samples.Folder.in(temporary).write("machines/mill.toml", text);
    assertEquals(
        List.of(1, 3, 4, 5, 8, 9, 12, 14),
        folder.complaints().stream().map(c -> Integer.valueOf(c.split(":", 3)[1])).toList());
  }
}
