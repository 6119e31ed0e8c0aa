package dev.millwright.daemon;

import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.Recorder;
import dev.millwright.trace.Header;
import dev.millwright.trace.TraceSettings;
import dev.millwright.trace.TraceWriter;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tinylog.Logger;

/** The traces that a daemon writes. One that cannot be written keeps no machine from its work. */
public final class Traces implements AutoCloseable {

  private final Map<String, TraceWriter> writers = new ConcurrentHashMap<>();
  private final Map<String, Recorder> recorders = Collections.unmodifiableMap(writers);

  private Traces() {}

  /** Begins a trace for each machine whose file says so. */
  static Traces start(Configuration configuration, Instant now) {
    TraceSettings settings = configuration.section(TraceSettings.class);
    Traces traces = new Traces();
    for (MachineSettings machine : configuration.machines()) {
      if (machine.trace()) {
        traces.start(machine, settings, now);
      }
    }
    return traces;
  }

  /**
   * Ends some machines' traces, and begins others.
   *
   * @param ended machines that are recorded no more, or anew
   */
  void renew(
      Collection<String> ended,
      Collection<MachineSettings> begun,
      TraceSettings settings,
      Instant now) {
    for (String machine : ended) {
      TraceWriter writer = writers.remove(machine);
      if (writer != null) {
        writer.close();
      }
    }
    begun.stream().filter(MachineSettings::trace).forEach(each -> start(each, settings, now));
  }

  private void start(MachineSettings machine, TraceSettings settings, Instant now) {
    String name = machine.serialNumber();
    Path file =
        settings
            .folder()
            .resolve(
                URLEncoder.encode(name, StandardCharsets.UTF_8).replace("*", "%2A") + ".jsonl");
    try {
      Files.createDirectories(settings.folder());
      Header header = header(machine, now);
      long maxBytes = settings.maxSize().bytes();
      writers.put(
          name, TraceWriter.rolling(file, header, maxBytes, e -> tellUnwritable(name, file, e)));
      Logger.info(LogLine.of(name, "is recorded in " + file + ", at most " + settings.maxSize()));
    } catch (IOException e) {
      tellUnwritable(name, file, e);
    }
  }

  private static void tellUnwritable(String name, Path file, IOException why) {
    Logger.warn(
        LogLine.of(
            name,
            "is not recorded: "
                + file
                + " cannot be written: "
                + LogLine.cause(why)
                + "; correct [trace] folder, its rights or its disk, and start again"));
  }

  /**
   * The first line of a machine's trace.
   *
   * @throws IOException when the machine's file cannot be read any more
   */
  public static Header header(MachineSettings machine, Instant now) throws IOException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(machine.file()));
      String configuration = "sha256:" + HexFormat.of().formatHex(hash);
      return Header.of(Build.version(), now, configuration, Wirings.forRuntime(machine));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  /** By machine, at any time. */
  Map<String, Recorder> recorders() {
    return recorders;
  }

  @Override
  public void close() {
    writers.values().forEach(TraceWriter::close);
  }
}
