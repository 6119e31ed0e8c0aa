package dev.millwright.chaos;

import dev.millwright.testing.Child;
import dev.millwright.testing.TestPlant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The plant in a process of its own, which does what it is told. */
final class Plant implements AutoCloseable {

  /** All machines stand still for so long, so that the daemon meets them idle. */
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Child process;
  private long orders;

  private Plant(Child process) {
    this.process = process;
  }

  /** Starts it; its machines stand still until they are told to go on. */
  static Plant start(Path folder, TestPlant files, double speed) throws Exception {
    List<String> command =
        List.of(
            "simulate",
            "--plant=" + files.plant(),
            "--truth=" + files.truth(),
            "--speed=" + speed,
            "--warm-up=" + WARM_UP.toSeconds() + "s",
            "--obey-input");
    Plant plant = new Plant(Child.start(folder.resolve("simulate.log"), command));
    plant.process.awaitLine("plant is running", LIMIT);
    plant.order("hold");
    return plant;
  }

  /** Has it do something, and waits until it is done. */
  synchronized void order(String line) throws IOException, InterruptedException {
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

  @Override
  public void close() {
    process.close();
  }
}
