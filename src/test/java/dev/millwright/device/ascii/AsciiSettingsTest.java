package dev.millwright.device.ascii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.serial.Parity;
import dev.millwright.device.serial.StopBits;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A mistake in a file is an error that starts with its key; nothing is corrected silently. */
class AsciiSettingsTest {

  private static final Duration STALE = Duration.ofSeconds(5);
  private static final Map<String, AsciiTagSettings> ASKED =
      Map.of("s", new AsciiTagSettings("S?", "(\\d)\r"));
  private static final Map<String, AsciiTagSettings> UNASKED =
      Map.of("s", new AsciiTagSettings(null, "(\\d)\n"));

  @Test
  void absent_keys_have_the_defaults_of_the_reference() {
    AsciiSettings settings = settings(null, null, null, null);
    assertEquals(9600, settings.portSettings().baud());
    assertEquals(8, settings.portSettings().dataBits());
    assertEquals(Parity.NONE, settings.portSettings().parity());
    assertEquals(StopBits.ONE, settings.portSettings().stopBits());
    AsciiMachine machine = settings.machine("M", STALE, ASKED);
    assertEquals(Duration.ofSeconds(1), machine.poll());
    assertEquals(Duration.ofMillis(500), machine.timeout());
    assertEquals(Duration.ofSeconds(1), machine.quiet());
    assertEquals("\n", settings.machine("M", STALE, UNASKED).terminator());
    assertEquals(
        Duration.ofMillis(400), settings(null, 200, null, null).machine("M", STALE, ASKED).quiet());
  }

  @Test
  void times_out_of_their_range_are_refused() {
    refused("poll: 9ms is not between 10ms and 1h", asked(9, null, null));
    refused("timeout: 9ms is not between", asked(null, 9, null));
    refused("quiet: 5ms is not between", asked(null, null, 5));
    refused(
        "terminator: \"\" is not",
        () -> settings(null, null, null, "").machine("M", STALE, UNASKED));
  }

  /** Somebody who writes it believes that it does something. */
  @Test
  void a_key_without_effect_is_refused() {
    refused(
        "terminator: has no effect on a machine that is asked",
        () -> settings(null, null, null, ";").machine("M", STALE, ASKED));
    refused(
        "poll: has no effect on a machine that talks unasked",
        () -> settings(100, null, null, null).machine("M", STALE, UNASKED));
  }

  @Test
  void the_port_is_checked_with_the_table_that_names_it() {
    refused(
        "port: is missing",
        () -> new AsciiSettings(null, null, null, null, null, null, null, null, null, null));
    refused(
        "baud: 12 is not between 50 and 4000000",
        () -> new AsciiSettings("/dev/x", 12, null, null, null, null, null, null, null, null));
    refused(
        "stop_bits: 1.3 is not",
        () -> new AsciiSettings("/dev/x", null, null, null, 1.3, null, null, null, null, null));
  }

  @Test
  void times_that_do_not_go_with_the_staleness_limit_are_refused() {
    refused("timeout: 5s is not less than stale_after, 5s", asked(1_000, 5_000, null));
    refused("poll: 2s is more than a third", asked(2_000, null, null));
  }

  @Test
  void a_machine_is_asked_for_all_its_tags_or_for_none() {
    Map<String, AsciiTagSettings> mixed =
        Map.of(
            "state", new AsciiTagSettings("S?", "(\\d)\r"),
            "count", new AsciiTagSettings(null, "C(\\d)\r"));
    AsciiSettings settings = settings(null, null, null, null);
    refused(
        "query: tag state has one and tag count has none",
        () -> settings.machine("M", STALE, mixed));
    refused("tags: there are none", () -> settings.machine("M", STALE, Map.of()));
  }

  @Test
  void a_reply_has_exactly_one_group_and_matches_something() {
    refused("reply: \"S\" has 0 capturing groups", () -> new AsciiTagSettings("S?", "S"));
    refused("reply: \"(a)(b)\" has 2 capturing", () -> new AsciiTagSettings("S?", "(a)(b)"));
    refused("reply: \"(a*)\" also matches empty", () -> new AsciiTagSettings("S?", "(a*)"));
    refused("reply: \"(a\" is not a regular", () -> new AsciiTagSettings("S?", "(a"));
    refused("reply: is missing", () -> new AsciiTagSettings("S?", null));
    assertEquals("(?:a|b)(c)", new AsciiTagSettings("S?", "(?:a|b)(c)").reply());
  }

  @Test
  void a_query_is_something_that_can_be_sent() {
    refused("query: is empty", () -> new AsciiTagSettings("", "(a)"));
    refused("query: \"€\" has characters outside", () -> new AsciiTagSettings("€", "(a)"));
    refused("query: has 300", () -> new AsciiTagSettings("x".repeat(300), "(a)"));
  }

  private static void refused(String start, Executable settings) {
    String message = assertThrows(IllegalArgumentException.class, settings).getMessage();
    assertTrue(message.startsWith(start), message);
  }

  private static Executable asked(Integer poll, Integer timeout, Integer quiet) {
    return () -> settings(poll, timeout, quiet, null).machine("M", STALE, ASKED);
  }

  private static AsciiSettings settings(
      Integer poll, Integer timeout, Integer quiet, String terminator) {
    return new AsciiSettings(
        "/dev/ttyS0", null, null, null, null, null, ms(poll), ms(timeout), ms(quiet), terminator);
  }

  private static Duration ms(Integer millis) {
    return millis == null ? null : Duration.ofMillis(millis);
  }
}
