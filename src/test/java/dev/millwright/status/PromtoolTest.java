package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool judges what is made for it. It has to be installed (Debian: prometheus). */
@Tag("host")
@Timeout(120)
class PromtoolTest {

  private static final String RULES = "conf/prometheus/millwright.rules.yml";

  @TempDir private Path folder;

  @Test
  void theMetricsKeepToItsConventions() throws Exception {
    Path scrape = folder.resolve("scrape");
    Files.write(scrape, MetricNamesTest.scrape());
    assertEquals("", run(scrape, "check", "metrics"));
  }

  @Test
  void itFindsWhatDoesNotKeepToThem() throws Exception {
    Path scrape = folder.resolve("scrape");
    Files.writeString(scrape, "# TYPE bad_milliseconds counter\nbad_milliseconds 1\n");
    String told = run(scrape, "check", "metrics");
    assertTrue(told.contains("bad_milliseconds"), told);
  }

  @Test
  void eachAlertFiresForWhatItIsThereFor() throws Exception {
    String told =
        run(null, "test", "rules", "src/test/resources/prometheus/millwright.rules.test.yml");
    assertTrue(told.contains("SUCCESS") && !told.contains("FAILED"), told);
  }

  @Test
  void theRulesAreSound() throws Exception {
    String told = run(null, "check", "rules", RULES);
    assertTrue(told.contains("SUCCESS") && !told.contains("FAILED"), told);
  }

  /** As recording rules, since promtool has no other way to look at expressions alone. */
  @Test
  void theDashboardsQueriesAreSound() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    String dashboard = Files.readString(Path.of("conf/grafana/millwright.json"));
    int queries = 0;
    for (JsonElement panel :
        JsonParser.parseString(dashboard).getAsJsonObject().getAsJsonArray("panels")) {
      if (panel.getAsJsonObject().has("targets")) {
        for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
          String query = target.getAsJsonObject().get("expr").getAsString();
          rules
              .append("  - record: query:")
              .append(queries++)
              .append("\n    expr: |\n      ")
              .append(query.replace("$__rate_interval", "5m").replace("\n", "\n      "))
              .append('\n');
        }
      }
    }
    Path file = folder.resolve("dashboard.yml");
    Files.writeString(file, rules);
    String told = run(null, "check", "rules", file.toString());
    assertTrue(told.contains("SUCCESS: " + queries + " rules found"), told);
  }

  /** What it says, on both outputs. */
  private static String run(Path input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (input != null) {
      builder.redirectInput(input.toFile());
    }
    Process promtool = builder.start();
    String told = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(promtool.waitFor(60, TimeUnit.SECONDS));
    return told;
  }
}
