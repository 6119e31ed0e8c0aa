package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that the page is made of, each with a tag by which a browser need not load it anew. */
final class Pages {

  private record File(String path, String name, String type) {}

  private static final List<File> FILES =
      List.of(
          new File("/", "page.html", "text/html; charset=utf-8"),
          new File("/page.css", "page.css", "text/css; charset=utf-8"),
          new File("/page.js", "page.js", "text/javascript; charset=utf-8"),
          new File("/icon.svg", "icon.svg", "image/svg+xml"));

  private final Map<String, HttpHandler> handlers = new LinkedHashMap<>();
  private final String version;

  Pages() {
    StringBuilder tags = new StringBuilder();
    for (File file : FILES) {
      byte[] bytes = read(file.name());
      String tag = "\"" + digest(bytes) + "\"";
      tags.append(tag);
      handlers.put(file.path(), exchange -> serve(exchange, file, bytes, tag));
    }
    version = digest(tags.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** By their paths. */
  Map<String, HttpHandler> handlers() {
    return handlers;
  }

  /** Another one for other files, so that a page of before an upgrade can tell. */
  String version() {
    return version;
  }

  private static void serve(HttpExchange exchange, File file, byte[] bytes, String tag)
      throws IOException {
    exchange.getResponseHeaders().set("Cache-Control", "no-cache");
    exchange.getResponseHeaders().set("ETag", tag);
    exchange.getResponseHeaders().set("Content-Type", file.type());
    String known = exchange.getRequestHeaders().getFirst("If-None-Match");
    if (known != null && known.contains(tag)) {
      exchange.sendResponseHeaders(304, -1);
      exchange.close();
    } else {
      Answer.bytes(exchange, 200, bytes);
    }
  }

  private static byte[] read(String name) {
    try (InputStream in = Pages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
