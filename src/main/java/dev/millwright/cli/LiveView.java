package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What a running daemon knows of one machine besides its row, in sentences, then in tables: what it
 * shows, what came of that, and what became of it in the database.
 */
final class LiveView {

  private final MachineLine machine;
  private final DetailView live;
  private final DetailView daemon;
  private final Instant now;

  LiveView(MachineLine machine, DetailView daemon, Instant now) {
    this.machine = machine;
    this.live = machine.live();
    this.daemon = daemon;
    this.now = now;
  }

  /** One string for each line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("What the machine shows");
    lines.add("  " + link());
    lines.add("  " + data());
    lines.add("  " + conclusion());
    DetailView refused = machine.part("refused");
    if (refused != null) {
      lines.add(
          "  Not done, "
              + Times.ago(refused.instant("at"), now)
              + " ago: "
              + refused.text("words")
              + ".");
    }
    lines.add("");
    lines.add("What became of it in the database");
    lines.add("  " + delivery());
    lines.addAll(pending());
    lines.add("  " + database());
    return lines;
  }

  private String link() {
    DetailView link = machine.link();
    boolean open = "true".equals(link.text("open"));
    String since = Times.ago(link.instant("since"), now);
    return open
        ? "Its link " + link.text("name") + " has been open for " + since + "."
        : "Its link "
            + link.text("name")
            + " has NOT been open for "
            + since
            + (link.has("trouble")
                ? ": " + end(link.text("trouble"))
                : " (no attempt has ended yet).");
  }

  private String data() {
    String age = StatusView.age(live);
    String known =
        age == null
            ? "There was no good data since the daemon's start"
            : "The last good data is "
                + age
                + " old, and showed state "
                + (live.has("shown") ? '"' + live.text("shown") + '"' : "(none)");
    // A broken link was told of already.
    boolean isNews =
        live.has("problem") && !live.text("problem").equals(machine.link().text("trouble"));
    return known + (isNews ? "; now: " + end(live.text("problem")) : ".");
  }

  private static String end(String words) {
    return words.endsWith(".") ? words : words + ".";
  }

  private String conclusion() {
    Instant at = live.instant("observed_at");
    return at == null
        ? sentence(live.text("conclusion_words"))
        : "At the last look, "
            + Times.ago(at, now)
            + " ago: "
            + live.text("conclusion_words")
            + ("unchanged".equals(live.text("conclusion"))
                ? ", so there was nothing to write."
                : ".");
  }

  private String delivery() {
    DetailView delivery = machine.part("delivery");
    if (delivery == null) {
      return "Nothing of this machine was written since the daemon's start.";
    }
    String words = delivery.has("words") ? ": " + delivery.text("words") : "";
    String kind =
        switch (String.valueOf(delivery.text("outcome"))) {
          case "confirmed" -> "The database has confirmed the last UPDATE";
          case "conflict" -> "Somebody else had written the row, and what waited was given up";
          case "refused" -> "The database refuses a transition; it is kept in quarantine";
          case "gone" -> "There is no row to write to; what waited is kept in quarantine";
          case "waits" -> "The row cannot be written now; it is tried again";
          default -> "The last delivery: " + delivery.text("outcome");
        };
    return kind + ", " + Times.ago(delivery.instant("at"), now) + " ago" + words + ".";
  }

  private List<String> pending() {
    List<String> lines = new ArrayList<>();
    if (!live.has("pending")) {
      lines.add("  What waits is not known: the journal cannot be asked.");
      return lines;
    }
    long pending = live.count("pending");
    lines.add(
        pending == 0
            ? "  Nothing waits for the database."
            : "  "
                + pending
                + (pending == 1 ? " transition waits" : " transitions wait")
                + " for the database, the oldest of a state that began "
                + Times.ago(live.instant("pending_since"), now)
                + " ago. They are on the disk and not lost.");
    if (live.count("quarantined") > 0) {
      lines.add(
          "  "
              + live.count("quarantined")
              + " refused by the database, in quarantine: stop the daemon, then millwright journal"
              + " list --machine "
              + machine.serial());
    }
    return lines;
  }

  private String database() {
    String since = Times.ago(daemon.instant("database_since"), now);
    return "true".equals(daemon.text("database_answers"))
        ? "The database has answered for " + since + "."
        : "The database has NOT answered for "
            + since
            + (daemon.has("database_trouble") ? ": " + daemon.text("database_trouble") : "")
            + ".";
  }

  /** Tag by tag; null when nothing was read. */
  Table values() {
    JsonArray values = live.json().getAsJsonArray("values");
    if (values == null || values.isEmpty()) {
      return null;
    }
    Table table = new Table("TAG", "VALUE", "QUALITY", "AGE", "SOURCE TIME", "WHY");
    for (JsonElement each : values) {
      DetailView value = new DetailView((JsonObject) each);
      Instant at = live.instant("observed_at");
      Duration since = at == null ? Duration.ZERO : Duration.between(at, now);
      table.add(
          value.text("tag"),
          Paint.plain(value.text("value")),
          value.text("quality"),
          "≤ " + Times.brief(since.plusMillis(value.count("age_at_most_ms"))),
          Times.local(value.instant("source_time")),
          Paint.plain(value.text("why")));
    }
    return table;
  }

  /** Frame by frame; null when there are none. */
  Table frames() {
    JsonArray frames = live.json().getAsJsonArray("frames");
    if (frames == null || frames.isEmpty()) {
      return null;
    }
    Table table = new Table("AGO", "", "BYTES", "HEX", "TEXT");
    for (JsonElement each : frames) {
      DetailView frame = new DetailView((JsonObject) each);
      byte[] bytes = frame.has("hex") ? HexFormat.of().parseHex(frame.text("hex")) : new byte[0];
      long cut = frame.count("length") - bytes.length;
      table.add(
          Times.brief(Duration.between(frame.instant("at"), now)),
          frame.text("way"),
          frame.text("length"),
          frame.has("hex") ? Wire.hex(bytes) + (cut > 0 ? " … " + cut + " more" : "") : null,
          frame.has("hex") ? Wire.words(bytes) : Paint.plain(frame.text("words")));
    }
    return table;
  }

  private static String sentence(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".";
  }
}
