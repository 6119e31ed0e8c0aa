package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.settings.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand in [status]: nobody else sees the plant by mistake. */
class StatusSettingsTest {

  private static final Secret TOKEN = new Secret("a token of many letters");

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9470", "localhost:9470", "[::1]:9470", "127.8.8.8:0"})
  void whatOnlyThisHostReachesNeedsNoToken(String listen) {
    StatusSettings settings = new StatusSettings(listen, null, List.of());
    assertTrue(settings.isOn());
    assertTrue(settings.address().getAddress().isLoopbackAddress());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:9470", "[::]:9470", "10.0.0.5:9470", "[2001:db8::5]:80"})
  void whatOthersReachNeedsOne(String listen) {
    String why = refusal(listen, null, List.of());
    assertTrue(why.startsWith("token_file: others can reach " + listen), why);
    assertTrue(new StatusSettings(listen, TOKEN, List.of()).isOn());
  }

  /** An address that has to be looked up would be another one tomorrow. */
  @ParameterizedTest
  @ValueSource(
      strings = {"9470", ":9470", "127.0.0.1", "mill:9470", "127.1:80", "127.0.0.1:70000", " "})
  void whatIsNoAddressIsRefused(String listen) {
    assertTrue(refusal(listen, null, List.of()).startsWith("listen: \"" + listen + "\" is not an"));
  }

  @Test
  void allMistakesAreToldAtOnce() {
    String why = refusal("0.0.0.0:x", new Secret("short"), List.of("mill.example", "a b"));
    assertEquals(3, why.lines().count(), why);
    assertFalse(why.contains("short"), why);
  }

  @Test
  void anEmptyTextIsNoPage() {
    assertFalse(new StatusSettings("", null, List.of()).isOn());
  }

  private static String refusal(String listen, Secret token, List<String> names) {
    return assertThrows(
            IllegalArgumentException.class, () -> new StatusSettings(listen, token, names))
        .getMessage();
  }
}
