package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Writes machines without pause, as a plant does, and knows what the database has acknowledged. Its
 * session gives up a wait for a lock after one second, so that such a wait is an error that it
 * keeps. A host that is overloaded cannot keep that: {@code -Dlive.lock=5000} gives it longer.
 */
final class LiveWriter implements AutoCloseable {

  private static final int LOCK_MILLIS = Integer.getInteger("live.lock", 1_000);

  /** What a program may meet and send again. */
  private static final Set<String> RETRIABLE = Set.of("40001", "40P01");

  /** One fact, in the way of this writer. */
  interface Fact {
    /** Whether it was taken. */
    boolean write(OldProgram program, UUID machine, String status, UUID process)
        throws SQLException;
  }

  /**
   * A fact that the database has acknowledged.
   *
   * @param status in lower case
   * @param process null when none runs
   */
  record Told(UUID machine, String status, UUID process) {}

  private final DataSource dataSource;
  private final String name;
  private final List<UUID> machines;
  private final Fact fact;
  private final Random random;
  private final List<Told> told = Collections.synchronizedList(new ArrayList<>());
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private volatile boolean running = true;
  private final AtomicLong retried = new AtomicLong();
  private volatile long slowestMillis;

  LiveWriter(DataSource dataSource, String name, List<UUID> machines, Fact fact, long seed) {
    this.dataSource = dataSource;
    this.name = name;
    this.machines = machines;
    this.fact = fact;
    this.random = new Random(seed);
    this.thread = new Thread(this::run, name);
    thread.start();
  }

  String name() {
    return name;
  }

  /** What it has written so far, in order; complete once it has stopped. */
  List<Told> told() {
    synchronized (told) {
      return List.copyOf(told);
    }
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  boolean isRunning() {
    return running;
  }

  int written() {
    return told.size();
  }

  String summary() {
    return String.format(
        "%s: %,d facts written, %d statements sent again, slowest %d ms",
        name, written(), retried.get(), slowestMillis);
  }

  private void run() {
    try (OldProgram program = new OldProgram(dataSource.getConnection(), name)) {
      program.send("SET lock_timeout = " + LOCK_MILLIS);
      while (running) {
        UUID machine = machines.get(random.nextInt(machines.size()));
        UUID process = new UUID(random.nextLong(), random.nextLong());
        String start = random.nextBoolean() ? "Processing" : "processing";
        // Whoever is refused, as another one's run or error is in the way, ends that and tries
        // again.
        if (!write(program, machine, start, process)) {
          write(program, machine, "idle", null);
          write(program, machine, start, process);
        }
        write(program, machine, random.nextInt(10) == 0 ? "ERROR" : "idle", null);
      }
    } catch (SQLException e) {
      failures.add(e.toString());
    }
  }

  private boolean write(OldProgram program, UUID machine, String status, UUID process) {
    for (int attempt = 1; ; attempt++) {
      long begin = System.nanoTime();
      try {
        boolean taken = fact.write(program, machine, status, process);
        if (taken) {
          told.add(new Told(machine, status.toLowerCase(Locale.ROOT), process));
        }
        return taken;
      } catch (SQLException e) {
        if (!RETRIABLE.contains(String.valueOf(e.getSQLState())) || attempt == 10) {
          failures.add(e.getSQLState() + " " + e.getMessage());
          return false;
        }
        retried.incrementAndGet();
      } finally {
        slowestMillis = Math.max(slowestMillis, (System.nanoTime() - begin) / 1_000_000);
      }
    }
  }

  /** Millwright's own UPDATE: it reads the row, and takes nothing for granted but that. */
  static boolean guarded(OldProgram program, UUID machine, String status, UUID process)
      throws SQLException {
    Connection connection = program.connection();
    String word = status.toLowerCase(Locale.ROOT);
    long seq;
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery("SELECT state_seq FROM machines WHERE id = '" + machine + "'")) {
      row.next();
      seq = row.getLong(1);
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE machines SET status = ?, current_process_id = ?, state_since = clock_timestamp(),
                   is_failure_mode = ?, state_seq = state_seq + 1, last_event = ?,
                   last_transition_id = gen_random_uuid(), updated_at = clock_timestamp(),
                   last_detail = jsonb_build_object(
                     'source', 'test', 'application', current_setting('application_name'))
             WHERE id = ? AND state_seq = ?
            """)) {
      update.setString(1, word);
      update.setObject(2, process, Types.OTHER);
      update.setBoolean(3, word.equals("error"));
      update.setString(4, process == null ? "complete" : "start");
      update.setObject(5, machine);
      update.setLong(6, seq);
      return update.executeUpdate() == 1;
    }
  }

  /** Lets the fact in hand be written to its end. */
  void stop() throws InterruptedException {
    running = false;
    thread.join(30_000);
    if (thread.isAlive()) {
      throw new IllegalStateException(name + " does not stop");
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop();
  }
}
