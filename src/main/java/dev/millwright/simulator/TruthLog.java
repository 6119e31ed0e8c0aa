package dev.millwright.simulator;

import com.google.gson.JsonObject;
import dev.millwright.simulator.behaviour.Appearance;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.function.Consumer;

/**
 * What the machines truly did: one JSON object a line (DESIGN section 8), appended before the
 * machine shows it. Several processes may append to one file: each line is one write in append
 * mode.
 */
public final class TruthLog implements Consumer<Appearance>, AutoCloseable {

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /** Not a channel: those are closed for good when a thread is interrupted while it writes. */
  private final OutputStream file;

  private final Path path;

  /** Opens the file, creating it where it is missing; never empties it. */
  public TruthLog(Path path) throws IOException {
    this.path = path;
    this.file = new FileOutputStream(path.toFile(), true);
  }

  @Override
  public void accept(Appearance appearance) {
    JsonObject line = new JsonObject();
    line.addProperty("machine", appearance.machine());
    line.addProperty("state", appearance.phase().word());
    line.addProperty("cycle", appearance.cycle());
    line.addProperty("at", MILLISECONDS.format(appearance.at()));
    try {
      file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "truth file " + path + " cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("truth file " + path + " cannot be closed", e);
    }
  }
}
