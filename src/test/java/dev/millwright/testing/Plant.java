package dev.millwright.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The plant in a process of its own, which does what it is told. */
public final class Plant implements AutoCloseable {

  /** All machines stand still for so long, so that the daemon meets them idle. */
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Child process;
  private long orders;

  private Plant(Child process) {
    this.process = process;
  }

  /**
   * Starts it; its machines stand still until they are told to go on.
   *
   * @param folder for its log
   * @param plant the folder of plant.toml
   * @param truth what its machines do
   */
  public static Plant start(Path folder, Path plant, Path truth, double speed) throws Exception {
    List<String> command =
        List.of(
            "simulate",
            "--plant=" + plant,
            "--truth=" + truth,
            "--speed=" + speed,
            "--warm-up=" + WARM_UP.toSeconds() + "s",
            "--obey-input");
    Plant started = new Plant(Child.start(folder.resolve("simulate.log"), command));
    started.process.awaitLine("plant is running", LIMIT);
    started.order("hold");
    return started;
  }

  /** Has it do something, and waits until it is done. */
  public synchronized void order(String line) throws IOException, InterruptedException {
    process.say(line);
    orders++;
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (process.lines("done: ") < orders) {
      if (System.nanoTime() - limit > 0 || !process.isAlive()) {
        throw new IOException("simulate does not do \"" + line + "\":\n" + process.tail());
      }
      Thread.sleep(5);
    }
    if (process.lines("not done: ") > 0) {
      throw new IOException("simulate cannot do \"" + line + "\":\n" + process.tail());
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.close();
  }
}
