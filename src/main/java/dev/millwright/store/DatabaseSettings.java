package dev.millwright.store;

import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Secret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;

/**
 * Section {@code [database]} of the configuration.
 *
 * @param url {@code jdbc:postgresql://host/database?…}; what it says in its parameters goes before
 *     the settings here
 * @param user null to leave it to the url
 * @param password null where none is needed, or the url has it
 * @param sslmode libpq's word; null where nothing is said: then {@code verify-full}, unless the
 *     database is on this host or the url says otherwise
 * @param poolSize connections kept at most, 1 to 50. One delivers, one is for commands, and one is
 *     for whoever asks
 * @param connectTimeout for reaching the server and logging in, 1 s to 10 min
 * @param socketTimeout for each answer of the server, after which the connection is given up for
 *     dead; 1 s to 1 h
 * @param applicationName what pg_stat_activity shows
 */
public record DatabaseSettings(
    String url,
    @Optional String user,
    @Optional Secret password,
    @Optional String sslmode,
    @Default("3") int poolSize,
    @Default("10s") Duration connectTimeout,
    @Default("30s") Duration socketTimeout,
    @Default("millwright") String applicationName) {

  private static final List<String> SSL_MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile("(password=)[^&]*", Pattern.CASE_INSENSITIVE);

  /** As libpq writes it; the driver would take it for a part of the host's name. */
  private static final Pattern USER_BEFORE_HOST = Pattern.compile("//[^/?@]*@");

  public DatabaseSettings {
    Properties parsed = url == null ? null : parse(url);
    check(
        url == null || !USER_BEFORE_HOST.matcher(url).find(),
        "url: \""
            + shown(url)
            + "\" has a user before the host, which the driver does not know; give user and"
            + " password_file");
    check(parsed != null, "url: \"" + shown(url) + "\" is not a jdbc:postgresql:// URL");
    check(user == null || !user.isBlank(), "user: is empty; leave the key out instead");
    check(
        sslmode == null || SSL_MODES.contains(sslmode),
        "sslmode: \"" + sslmode + "\" is none of " + String.join(", ", SSL_MODES));
    String inUrl = parsed.getProperty("sslmode");
    check(
        sslmode == null || inUrl == null || sslmode.equals(inUrl),
        "sslmode: \"" + sslmode + "\" here, but \"" + inUrl + "\" in the url; say it once");
    check(
        poolSize >= 1 && poolSize <= 50,
        "pool_size: " + poolSize + " connections; at least 1 and at most 50");
    checkBetween("connect_timeout", connectTimeout, Duration.ofMinutes(10));
    checkBetween("socket_timeout", socketTimeout, Duration.ofHours(1));
    check(
        applicationName != null && !applicationName.isBlank() && applicationName.length() <= 63,
        "application_name: \"" + applicationName + "\" has to have 1 to 63 characters");
  }

  /**
   * How long one piece of work, of several statements, may take when the database hangs or holds
   * rows locked: to connect, some answers at the last moment, and rows tried one by one.
   */
  public Duration patience() {
    return connectTimeout.plus(socketTimeout.multipliedBy(3)).plusMinutes(1);
  }

  /** The same, but each answer may take so long. */
  public DatabaseSettings withSocketTimeout(Duration longest) {
    return new DatabaseSettings(
        url, user, password, sslmode, poolSize, connectTimeout, longest, applicationName);
  }

  /** Everything but the address and the credentials as it is unless the configuration says else. */
  public static DatabaseSettings of(String url, String user, Secret password) {
    return new DatabaseSettings(
        url, user, password, null, 3, Duration.ofSeconds(10), Duration.ofSeconds(30), "millwright");
  }

  /**
   * The sslmode to use: the one that the settings or the url name, {@code verify-full} for a
   * database on another host; null for the driver's own choice on this one.
   */
  public String effectiveSslmode() {
    Properties parsed = parse(url);
    if (sslmode != null || parsed.getProperty("sslmode") != null) {
      return sslmode != null ? sslmode : parsed.getProperty("sslmode");
    }
    // With a socket factory the host in the url is a name only: such a factory is for Unix sockets.
    return parsed.getProperty("socketFactory") != null || isHere(parsed.getProperty("PGHOST"))
        ? null
        : "verify-full";
  }

  /** The url without a password that it may hold. */
  public String shownUrl() {
    return shown(url);
  }

  /** Names the keys as the configuration does, and shows no password. */
  @Override
  public String toString() {
    return String.format(
        "[url=%s, user=%s, sslmode=%s, pool_size=%d, connect_timeout=%s, socket_timeout=%s]",
        shownUrl(), user, effectiveSslmode(), poolSize, connectTimeout, socketTimeout);
  }

  private static String shown(String url) {
    return url == null
        ? ""
        : USER_BEFORE_HOST
            .matcher(PASSWORD_IN_URL.matcher(url).replaceAll("$1***"))
            .replaceAll("//***@");
  }

  /** Null when the driver cannot read it. */
  private static Properties parse(String url) {
    try {
      return url.startsWith("jdbc:postgresql:") ? Driver.parseURL(url, null) : null;
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** Whether each of the hosts is this one; decided by their names, without asking any server. */
  private static boolean isHere(String hosts) {
    if (hosts == null) {
      return true;
    }
    for (String host : hosts.split(",", -1)) {
      String name = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !name.equals("localhost") && !isLoopbackAddress(name)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLoopbackAddress(String name) {
    if (!name.matches("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*")) {
      return false;
    }
    try {
      return InetAddress.getByName(name).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static void checkBetween(String key, Duration value, Duration limit) {
    check(
        value != null && value.toSeconds() >= 1 && value.compareTo(limit) <= 0,
        String.format(
            "%s: %s; at least 1 s and at most %d s",
            key, value == null ? "nothing" : value.toMillis() + " ms", limit.toSeconds()));
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
