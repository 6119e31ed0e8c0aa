package dev.millwright.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.millwright.journal.Journal;
import dev.millwright.runtime.LoopState;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Meter;
import dev.millwright.runtime.Overview;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * What Prometheus asks for: the page {@code /metrics}, in its text format or as OpenMetrics 1.0.
 *
 * <p>Counters count where things happen; all else is taken from one overview for each scrape, which
 * waits for no machine, no link and no database.
 */
public final class Metrics implements HttpHandler {

  /** RFC 9110, section 12.5.3: a weight of 0 means that it is not wanted. */
  private static final Pattern GZIP =
      Pattern.compile(
          "(?i)(^|,)\\s*(gzip|x-gzip|\\*)\\s*(;\\s*q=(?!0(\\.0*)?\\s*(,|$))[^,]*)?(,|$)");

  /**
   * What the values are taken from. Each answers at once.
   *
   * @param version of this program
   * @param overview what is known of the plant
   * @param room of the journal; null when it cannot be asked
   * @param loops how the threads fare
   * @param certificates that connections depend on
   * @param clockSynchronized null when it is not known
   * @param droppedLines lines that the log has not got, as it was to be flooded or could not take
   *     them
   */
  public record Sources(
      String version,
      Supplier<Overview> overview,
      Supplier<Journal.Room> room,
      Supplier<List<LoopState>> loops,
      Supplier<List<Certificate>> certificates,
      Supplier<Boolean> clockSynchronized,
      LongSupplier droppedLines) {}

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counts counts = new Counts();

  private final ExpositionFormats formats =
      ExpositionFormats.init(PrometheusProperties.builder().build());

  /** Null until {@link #show}. */
  private volatile Sources sources;

  /** Counts from now on; shows what it has counted. */
  public Metrics() {
    counts.register(registry);
  }

  /** What counts; for whoever sees things happen. */
  public Meter meter() {
    return counts;
  }

  /**
   * Counts that the configuration was read anew.
   *
   * @param result applied, partly (some machines keep their old settings), mistaken or failed
   */
  public void reloaded(String result) {
    counts.reloaded(result);
  }

  /** Shows these from now on. */
  public void show(Sources from) {
    sources = from;
  }

  /** All there is now. */
  MetricSnapshots scrape() {
    Families families = new Families();
    ThisProcess.add(families);
    Sources from = sources;
    if (from != null) {
      Overview overview = from.overview().get();
      counts.know(
          overview.machines().stream().map(MachineSnapshot::machine).collect(Collectors.toSet()),
          Plant.links(overview).keySet());
      Plant.add(families, overview);
      add(families, from);
    }
    registry.scrape().forEach(families::add);
    return families.all();
  }

  private static void add(Families families, Sources from) {
    families.gauge(
        "millwright_build_info",
        "Always 1; which program this is.",
        1,
        "version",
        from.version(),
        "java",
        System.getProperty("java.version"));
    Journal.Room room = from.room().get();
    families.gauge(
        "millwright_journal_size_bytes",
        "What the journal's records take.",
        room == null ? null : room.usedBytes());
    families.gauge(
        "millwright_journal_size_limit_bytes",
        "The size at which the journal takes no further transition.",
        room == null ? null : room.limitBytes());
    for (LoopState loop : from.loops().get()) {
      families.gauge(
          "millwright_loop_up",
          "Whether a thread of the daemon makes progress.",
          loop.trouble() == null,
          "loop",
          loop.name());
    }
    for (Certificate certificate : from.certificates().get()) {
      families.gauge(
          "millwright_certificate_expiry_timestamp_seconds",
          "When an OPC UA certificate expires, since 1970-01-01 UTC.",
          certificate.notAfter().getEpochSecond(),
          "role",
          certificate.role(),
          "name",
          certificate.name(),
          "thumbprint",
          certificate.thumbprint());
    }
    Boolean clock = from.clockSynchronized().get();
    families.gauge(
        "millwright_clock_synchronized",
        "Whether the host's clock is synchronised; absent where that is not known.",
        clock == null ? null : clock ? 1 : 0);
    families.counter(
        "millwright_log_lines_dropped",
        "Lines that the log has not got, as it was to be flooded or could not take them.",
        (double) from.droppedLines().getAsLong());
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    ExpositionFormatWriter found = formats.findWriter(accept);
    // Whoever would rather have protobuf has to take text as well.
    ExpositionFormatWriter writer =
        found.isAvailable() ? found : formats.getPrometheusTextFormatWriter();
    ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 16);
    boolean gzip = takesGzip(exchange);
    try (OutputStream out = gzip ? new GZIPOutputStream(body) : body) {
      writer.write(out, scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    }
    exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
    exchange.getResponseHeaders().set("Vary", "Accept, Accept-Encoding");
    if (gzip) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    Answer.bytes(exchange, 200, body.toByteArray());
  }

  private static boolean takesGzip(HttpExchange exchange) {
    String encodings = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    return encodings != null && GZIP.matcher(encodings).find();
  }
}
