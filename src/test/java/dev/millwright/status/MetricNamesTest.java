package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the rules, the dashboard and the documentation name is what the daemon shows. */
class MetricNamesTest {

  private static final Pattern NAME =
      Pattern.compile("\\b(?:millwright|process|jvm)_[a-z_]+[a-z]\\b");
  private static final Path PAGE = Path.of("src/docs/metrics.md");
  private static final Path RULES = Path.of("conf/prometheus/millwright.rules.yml");
  private static final Path DASHBOARD = Path.of("conf/grafana/millwright.json");

  /** Everything there is, as text. */
  static byte[] scrape() throws IOException {
    MetricSnapshots all = SamplePlant.metrics(() -> SamplePlant.of(4)).scrape();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ExpositionFormats.init()
        .getPrometheusTextFormatWriter()
        .write(text, all, EscapingScheme.UNDERSCORE_ESCAPING);
    return text.toByteArray();
  }

  /** As {@code # TYPE} lines have them. */
  private static Set<String> families() throws IOException {
    return matches(
        Pattern.compile("(?m)^# TYPE (\\S+) "), new String(scrape(), StandardCharsets.UTF_8), 1);
  }

  /** As queries have them: with the endings of histograms and summaries. */
  private static Set<String> series() throws IOException {
    return matches(
        Pattern.compile("(?m)^([a-z_]+)[{ ]"), new String(scrape(), StandardCharsets.UTF_8), 1);
  }

  private static Set<String> matches(Pattern pattern, String text, int group) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(group));
    }
    return found;
  }

  @Test
  void thePageListsEachMetricAndNoOther() throws IOException {
    assertEquals(
        families(),
        matches(Pattern.compile("(?m)^\\| `([a-z_]+)` \\|"), Files.readString(PAGE), 1));
  }

  @Test
  void eachAlertHasItsSection() throws IOException {
    Set<String> alerts =
        matches(Pattern.compile("(?m)^ +- alert: (\\w+)$"), Files.readString(RULES), 1);
    assertTrue(alerts.size() > 10, alerts.toString());
    assertEquals(
        alerts, matches(Pattern.compile("(?m)^### (Millwright\\w+)$"), Files.readString(PAGE), 1));
    Set<String> tested =
        matches(
            Pattern.compile("alertname: (\\w+)"),
            Files.readString(Path.of("src/test/resources/prometheus/millwright.rules.test.yml")),
            1);
    assertEquals(alerts, tested, "each has a unit test");
  }

  @Test
  void theRulesAskForWhatThereIs() throws IOException {
    assertNamesExist(Files.readString(RULES));
  }

  /** Grafana shows a panel that asks for nothing without a word. */
  @Test
  void theDashboardAsksForWhatThereIs() throws IOException {
    JsonObject dashboard = JsonParser.parseString(Files.readString(DASHBOARD)).getAsJsonObject();
    StringBuilder queries = new StringBuilder();
    Set<Integer> ids = new TreeSet<>();
    int targets = 0;
    for (JsonElement panel : dashboard.getAsJsonArray("panels")) {
      JsonObject object = panel.getAsJsonObject();
      assertTrue(ids.add(object.get("id").getAsInt()), "an id twice: " + object.get("title"));
      if (object.has("targets")) {
        for (JsonElement target : object.getAsJsonArray("targets")) {
          queries.append(target.getAsJsonObject().get("expr").getAsString()).append('\n');
          targets++;
        }
      }
    }
    assertTrue(targets > 20, targets + " queries");
    assertNamesExist(queries.toString());
  }

  private static void assertNamesExist(String text) throws IOException {
    Set<String> asked = matches(NAME, text, 0);
    assertTrue(asked.size() > 10, asked.toString());
    asked.removeAll(series());
    assertEquals(Set.of(), asked, "nobody shows these");
  }
}
