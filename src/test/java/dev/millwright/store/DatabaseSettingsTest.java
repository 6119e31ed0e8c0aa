package dev.millwright.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.settings.Secret;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSettingsTest {

  private static final String URL = "jdbc:postgresql://localhost/plant";

  /**
   * DESIGN 7: a database that is not on this host is reached with TLS, unless the file says else.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db1,db2/plant?targetServerType=primary",
        "jdbc:postgresql://localhost,db2/plant",
        "jdbc:postgresql://10.0.0.5:5433/plant",
        "jdbc:postgresql://[fe80::1]/plant",
        "jdbc:postgresql://localhost.example.com/plant",
        "jdbc:postgresql://127.example.com/plant"
      })
  void anotherHostIsReachedWithTls(String url) {
    assertEquals("verify-full", settings(url, null).effectiveSslmode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql:plant",
        "jdbc:postgresql:///plant",
        "jdbc:postgresql://LOCALHOST:5433/plant",
        "jdbc:postgresql://127.0.0.2/plant",
        "jdbc:postgresql://[::1]:5432/plant",
        "jdbc:postgresql://localhost/plant?socketFactory=org.newsclub.net.unix.AFUNIXSocketFactory"
      })
  void thisHostNeedsNone(String url) {
    assertEquals(null, settings(url, null).effectiveSslmode());
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db1/plant?sslmode=require, , require",
    "jdbc:postgresql://db1/plant, disable, disable",
    "jdbc:postgresql://db1/plant?sslmode=disable, disable, disable",
    "jdbc:postgresql://localhost/plant, verify-ca, verify-ca"
  })
  void whatIsSaidInSoManyWordsHolds(String url, String sslmode, String effective) {
    assertEquals(effective, settings(url, sslmode).effectiveSslmode());
  }

  /** Each message starts with the key, so that the configuration can say in which line it is. */
  @Test
  void eachMistakeIsNamedByItsKey() {
    assertMessage("url: \"x\" is not a jdbc:postgresql:// URL", () -> settings("x", null));
    assertMessage("url: \"\" is not", () -> settings(null, null));
    assertMessage(
        "url: \"jdbc:postgresql://db:port/x\"",
        () -> settings("jdbc:postgresql://db:port/x", null));
    assertMessage("url: \"jdbc:mysql://db/x\"", () -> settings("jdbc:mysql://db/x", null));
    assertMessage("sslmode: \"on\" is none of disable, allow,", () -> settings(URL, "on"));
    assertMessage(
        "sslmode: \"disable\" here, but \"require\" in the url",
        () -> settings(URL + "?sslmode=require", "disable"));
    assertMessage("user: is empty", () -> with(" ", 3, 10, 30, "m"));
    assertMessage("pool_size: 0 connections; at least 1", () -> with("m", 0, 10, 30, "m"));
    assertMessage("pool_size: 51 connections", () -> with("m", 51, 10, 30, "m"));
    assertMessage("connect_timeout: 0 ms; at least 1 s", () -> with("m", 3, 0, 30, "m"));
    assertMessage("socket_timeout: 3601000 ms; at", () -> with("m", 3, 10, 3601, "m"));
    assertMessage("application_name: \"\" has", () -> with("m", 3, 10, 30, ""));
  }

  /** Secrets are never logged, wherever they came from. */
  @Test
  void noPasswordIsEverShown() {
    DatabaseSettings settings =
        DatabaseSettings.of(URL + "?password=hunter1&user=m", "m", new Secret("hunter2"));
    assertFalse(settings.toString().contains("hunter"), settings.toString());
    assertTrue(settings.shownUrl().endsWith("?password=***&user=m"), settings.shownUrl());
    assertEquals("***", settings.password().toString());
    assertEquals("hunter2", new String(settings.password().reveal()));
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class, () -> settings("postgres://db?password=hunter1", null));
    assertFalse(wrong.getMessage().contains("hunter"), wrong.getMessage());
    assertNotEquals(new Secret("a"), new Secret("b"));
  }

  /** libpq's way of writing it; the driver would take the password for a part of the host. */
  @Test
  void aUserBeforeTheHostIsRefusedWithoutShowingItsPassword() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> settings("jdbc:postgresql://mw:hunter1@db1:5432/plant", null));
    assertTrue(wrong.getMessage().startsWith("url: "), wrong.getMessage());
    assertFalse(wrong.getMessage().contains("hunter"), wrong.getMessage());
  }

  private static DatabaseSettings settings(String url, String sslmode) {
    return new DatabaseSettings(
        url, "m", null, sslmode, 3, Duration.ofSeconds(10), Duration.ofSeconds(30), "millwright");
  }

  private static DatabaseSettings with(
      String user, int poolSize, int connectSeconds, int socketSeconds, String applicationName) {
    return new DatabaseSettings(
        URL,
        user,
        null,
        null,
        poolSize,
        Duration.ofSeconds(connectSeconds),
        Duration.ofSeconds(socketSeconds),
        applicationName);
  }

  private static void assertMessage(
      String start, org.junit.jupiter.api.function.Executable settings) {
    IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, settings);
    assertTrue(wrong.getMessage().startsWith(start), wrong.getMessage());
  }
}
