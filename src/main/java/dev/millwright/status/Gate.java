package dev.millwright.status;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Lets those requests through that only look, call this host by a name of its own (against DNS
 * rebinding) and bring the token where one is set.
 */
final class Gate implements HttpHandler {

  /** Nothing from elsewhere is loaded, nothing inline is run, and nobody frames the page. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** An address, which Java takes as it is without looking anything up. */
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]+\\]");

  private final StatusSettings settings;
  private final Map<String, HttpHandler> pages;
  private final Attempts attempts = new Attempts(System::nanoTime);

  /**
   * @param pages by their paths
   */
  Gate(StatusSettings settings, Map<String, HttpHandler> pages) {
    this.settings = settings;
    this.pages = Map.copyOf(pages);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      headers.set("Allow", "GET, HEAD");
      Answer.text(exchange, 405, "This page can only be looked at: GET and HEAD.");
    } else if (!isOurs(exchange)) {
      Answer.text(
          exchange,
          421,
          "This host is not known by that name. Use its address, localhost, or a name that [status]"
              + " names of the configuration lists.");
    } else if (isLetIn(exchange)) {
      HttpHandler page = pages.get(exchange.getRequestURI().getPath());
      if (page == null) {
        Answer.text(exchange, 404, "There is no such page. The status page is at /");
      } else {
        page.handle(exchange);
      }
    }
  }

  /** RFC 9112, section 3.2: each request names its host. An address cannot be rebound. */
  private boolean isOurs(HttpExchange exchange) throws IOException {
    List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    if (hosts.size() != 1) {
      return false;
    }
    String host = hosts.get(0).replaceFirst(":[0-9]{1,5}\\z", "");
    return settings.isName(host)
        || (LITERAL.matcher(host).matches()
            && InetAddress.getByName(host).equals(exchange.getLocalAddress().getAddress()));
  }

  private boolean isLetIn(HttpExchange exchange) throws IOException {
    if (settings.token() == null) {
      return true;
    }
    InetAddress from = exchange.getRemoteAddress().getAddress();
    String given = token(exchange.getRequestHeaders().getFirst("Authorization"));
    if (attempts.isShutOut(from)) {
      exchange.getResponseHeaders().set("Retry-After", Long.toString(Attempts.WINDOW.toSeconds()));
      Answer.text(exchange, 429, "Too many wrong tokens came from your address. Wait a minute.");
      return false;
    }
    if (given != null && isEqual(given, settings.token().reveal())) {
      return true;
    }
    if (given != null) {
      attempts.fail(from);
    }
    exchange
        .getResponseHeaders()
        .set("WWW-Authenticate", "Basic realm=\"Millwright\", charset=\"UTF-8\"");
    Answer.text(
        exchange,
        401,
        "A token is needed: as password with any user name, or as Authorization: Bearer TOKEN.");
    return false;
  }

  /** Null when none is given. */
  private static String token(String authorization) {
    if (authorization == null) {
      return null;
    }
    int blank = authorization.indexOf(' ');
    String scheme = authorization.substring(0, Math.max(0, blank)).toLowerCase(Locale.ROOT);
    String given = authorization.substring(blank + 1).strip();
    if (!scheme.equals("basic")) {
      return scheme.equals("bearer") ? given : "";
    }
    try {
      // RFC 7617: user name, colon, password.
      String pair = new String(Base64.getDecoder().decode(given), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** Takes as long whatever differs, also where the lengths do. */
  private static boolean isEqual(String given, String wanted) {
    return MessageDigest.isEqual(digest(given), digest(wanted));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
