package dev.millwright.bench;

import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Millwright as those that are compared: each machine makes the same number of transitions. */
final class OursRival implements Rival {

  /** More machines share them. */
  static final int LINKS = 100;

  private final Plant plant;
  private final int machines;

  /**
   * Starts, and returns when all machines are found.
   *
   * @param database with rows of the machines M-1, M-2, …
   * @param folder for the journal; need not exist
   */
  OursRival(TestDatabase database, Path folder, int machines) throws Exception {
    this.machines = machines;
    plant =
        new Plant(database, Files.createDirectories(folder).resolve("journal.db"), links(machines));
    plant.awaitFound(machines);
  }

  private static List<DrivenLink> links(int machines) {
    int links = Math.min(machines, LINKS);
    return IntStream.range(0, links)
        .mapToObj(
            link ->
                new DrivenLink(
                    "link-" + link,
                    IntStream.rangeClosed(1, machines)
                        .filter(n -> n % links == link)
                        .mapToObj(n -> "M-" + n)
                        .toList()))
        .toList();
  }

  @Override
  public void persist(int transitions) throws IOException, InterruptedException {
    if (transitions % machines != 0) {
      throw new IllegalArgumentException(
          transitions + " transitions are not the same number for each of " + machines);
    }
    plant.persist(transitions / machines);
  }

  @Override
  public void close() {
    plant.close();
  }
}
