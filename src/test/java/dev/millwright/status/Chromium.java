package dev.millwright.status;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Debian's Chromium without a screen, told what to do by the DevTools protocol. */
final class Chromium implements AutoCloseable, WebSocket.Listener {

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final StringBuilder part = new StringBuilder();
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String session;

  Chromium() throws Exception {
    profile = Files.createTempDirectory("chromium");
    process =
        new ProcessBuilder(
                "chromium",
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.contains("DevTools listening on ")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("chromium does not start");
    }
    Thread drain = new Thread(() -> out.lines().forEach(ignored -> {}), "chromium");
    drain.setDaemon(true);
    drain.start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(line.replaceFirst(".*listening on ", "").strip()), this)
            .get(30, TimeUnit.SECONDS);
    String target =
        ask("Target.createTarget", "{\"url\":\"about:blank\"}").get("targetId").getAsString();
    session =
        ask("Target.attachToTarget", "{\"targetId\":\"" + target + "\",\"flatten\":true}")
            .get("sessionId")
            .getAsString();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      ask(domain + ".enable", "{}");
    }
  }

  /** What the console, the policy or the network has complained of. */
  List<String> complaints() {
    return new ArrayList<>(complaints);
  }

  void size(int width, int height, boolean phone) throws Exception {
    ask(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":%b}"
            .formatted(width, height, phone));
  }

  void dark(boolean dark) throws Exception {
    ask(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}"
            .formatted(dark ? "dark" : "light"));
  }

  /** A key of the keyboard, such as {@code Enter}, by the number that Windows gives it. */
  void key(String name, int number, String types) throws Exception {
    String key =
        "\"key\":\"%s\",\"code\":\"%s\",\"windowsVirtualKeyCode\":%d".formatted(name, name, number);
    ask("Input.dispatchKeyEvent", "{\"type\":\"keyDown\",\"text\":\"" + types + "\"," + key + "}");
    ask("Input.dispatchKeyEvent", "{\"type\":\"keyUp\"," + key + "}");
  }

  void open(String url) throws Exception {
    ask("Page.navigate", "{\"url\":\"" + url + "\"}");
  }

  /** The value of an expression. */
  JsonElement value(String expression) throws Exception {
    JsonObject parameters = new JsonObject();
    parameters.addProperty("expression", expression);
    parameters.addProperty("returnByValue", true);
    parameters.addProperty("awaitPromise", true);
    JsonObject result = ask("Runtime.evaluate", parameters.toString());
    if (result.has("exceptionDetails")) {
      throw new AssertionError(result.toString());
    }
    return result.getAsJsonObject("result").get("value");
  }

  /** Waits until an expression is true. */
  void await(String expression, int seconds) throws Exception {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    JsonElement value = value(expression);
    while (value == null || !value.getAsBoolean()) {
      if (System.nanoTime() - limit > 0) {
        throw new AssertionError(
            "not within "
                + seconds
                + " s: "
                + expression
                + "; "
                + complaints
                + "\n"
                + value("document.body.innerText"));
      }
      Thread.sleep(50);
      value = value(expression);
    }
  }

  /** For somebody who looks; only where a folder for it is named. */
  void picture(String name) throws Exception {
    String folder = System.getProperty("millwright.pictures");
    if (folder != null) {
      String data = ask("Page.captureScreenshot", "{}").get("data").getAsString();
      Files.write(Path.of(folder, name + ".png"), Base64.getDecoder().decode(data));
    }
  }

  private JsonObject ask(String method, String parameters) throws Exception {
    int id = ids.incrementAndGet();
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", JsonParser.parseString(parameters));
    if (session != null) {
      message.addProperty("sessionId", session);
    }
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    asked.put(id, answer);
    socket.sendText(message.toString(), true).get(10, TimeUnit.SECONDS);
    JsonObject told = answer.get(30, TimeUnit.SECONDS);
    if (told.has("error")) {
      throw new AssertionError(method + ": " + told);
    }
    return told.getAsJsonObject("result");
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      JsonObject message = JsonParser.parseString(part.toString()).getAsJsonObject();
      part.setLength(0);
      if (message.has("id")) {
        asked.remove(message.get("id").getAsInt()).complete(message);
      } else {
        note(message);
      }
    }
    from.request(1);
    return null;
  }

  private void note(JsonObject message) {
    String method = message.get("method").getAsString();
    boolean bad =
        method.equals("Runtime.exceptionThrown")
            || (method.equals("Log.entryAdded")
                && message.toString().matches(".*\"level\":\"(error|warning)\".*"))
            || (method.equals("Runtime.consoleAPICalled")
                && message.toString().matches(".*\"type\":\"(error|warning|assert)\".*"));
    if (bad) {
      complaints.add(message.toString());
    }
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    try (Stream<Path> all = Files.walk(profile)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // One of its helpers writes yet; a temporary folder stays.
    }
  }
}
