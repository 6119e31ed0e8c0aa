package dev.millwright.simulator;

import com.google.gson.JsonObject;
import dev.millwright.simulator.behaviour.Appearance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.format.DateTimeFormatterBuilder;
import java.util.function.Consumer;

/**
 * What the machines truly did: one JSON object a line (DESIGN section 8), appended before the
 * machine shows it. Several processes may append to one file: each line is one write in append
 * mode.
 */
public final class TruthLog implements Consumer<Appearance>, AutoCloseable {

  private final FileChannel file;
  private final Path path;

  /** Opens the file, creating it where it is missing; never empties it. */
  public TruthLog(Path path) throws IOException {
    this.path = path;
    this.file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  @Override
  public void accept(Appearance appearance) {
    JsonObject line = new JsonObject();
    line.addProperty("machine", appearance.machine());
    line.addProperty("state", appearance.phase().word());
    line.addProperty("cycle", appearance.cycle());
    line.addProperty(
        "at",
        new DateTimeFormatterBuilder().appendInstant(3).toFormatter().format(appearance.at()));
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes); // all at once, unless the disk is full
      }
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
