package dev.millwright.cli;

import dev.millwright.runtime.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * {@code millwright run} with a wall clock that another process can step: the first argument names
 * a file whose first eight bytes are how far it is ahead, in milliseconds.
 */
public final class SteppedRun {

  private SteppedRun() {}

  public static void main(String[] args) throws IOException {
    ByteBuffer ahead = ahead(Path.of(args[0]));
    TimeSource time =
        new TimeSource(() -> Instant.now().plusMillis(ahead.getLong(0)), System::nanoTime);
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    System.exit(new CommandLine(new RunCommand(time)).execute(rest));
  }

  /** The file, mapped, so that what one process writes is what the other reads. */
  public static ByteBuffer ahead(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
    }
  }
}
