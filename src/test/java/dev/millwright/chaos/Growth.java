package dev.millwright.chaos;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.Child.Vitals;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What the daemon holds on to, looked at each time that all is quiet. */
final class Growth {

  /** What a daemon holds at an age, in schedules since it was started. */
  private record Sample(int age, Vitals vitals, long connections) {}

  private static final String CONNECTIONS =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'millwright'";

  /** Some come and go with connections; a leak is more. */
  private static final int LIMIT = 12;

  /** The pool's, and one that the server has not noticed the end of yet. */
  private static final int CONNECTIONS_LIMIT = 5;

  /** A daemon has to be so old before it can be said to have grown. */
  private static final int OLD = 4;

  private final List<Sample> samples = new ArrayList<>();
  private int starts;
  private int age;

  void look(World world) throws Exception {
    age = world.daemon().starts() == starts ? age + 1 : 0;
    starts = world.daemon().starts();
    try (Connection connection = world.postgres().dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(CONNECTIONS)) {
      row.next();
      samples.add(new Sample(age, world.daemon().vitals(), row.getLong(1)));
    }
  }

  /** The next daemon is another world's. */
  void newWorld() {
    starts = -1;
  }

  void report() {
    for (boolean old : List.of(false, true)) {
      List<Sample> of = samples.stream().filter(s -> s.age >= OLD == old).toList();
      System.out.printf(
          "daemons %s %d schedules (%d looks, oldest %d): threads up to %d, descriptors up to %d,"
              + " connections up to %d, RSS up to %d MiB%n",
          old ? "older than" : "younger than",
          OLD,
          of.size(),
          of.stream().mapToInt(Sample::age).max().orElse(0),
          of.stream().mapToLong(s -> s.vitals.threads()).max().orElse(0),
          of.stream().mapToLong(s -> s.vitals.descriptors()).max().orElse(0),
          of.stream().mapToLong(Sample::connections).max().orElse(0),
          of.stream().mapToLong(s -> s.vitals.rssMib()).max().orElse(0));
    }
  }

  /** No daemon holds much more at its end than it held when it was young. */
  void check() {
    long threads = 0;
    long descriptors = 0;
    for (Sample sample : samples) {
      if (sample.age < OLD) {
        threads = sample.age == 0 ? 0 : threads;
        descriptors = sample.age == 0 ? 0 : descriptors;
        threads = Math.max(threads, sample.vitals.threads());
        descriptors = Math.max(descriptors, sample.vitals.descriptors());
      } else {
        assertTrue(sample.vitals.threads() <= threads + LIMIT, () -> "threads: " + sample);
        assertTrue(
            sample.vitals.descriptors() <= descriptors + LIMIT, () -> "descriptors: " + sample);
      }
      assertTrue(sample.connections <= CONNECTIONS_LIMIT, () -> "connections: " + sample);
    }
  }
}
