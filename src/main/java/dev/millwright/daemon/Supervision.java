package dev.millwright.daemon;

import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.Heartbeat.Overdue;
import dev.millwright.runtime.LogLine;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * Watches the daemon's loops, and tells systemd. Its watchdog is fed only while every vital loop
 * goes on (FIELD 25): a loop that hangs is named with its stack, and after WatchdogSec the daemon
 * is started anew. The words for people come from another thread, as they may wait for the disk.
 *
 * <p>The page is not vital: a start anew would take all machines offline for a moment and end the
 * runs that the daemon drives, which is worse than a page that nobody can look at. It is named.
 */
final class Supervision implements AutoCloseable {

  private static final Duration WORDS_EVERY = Duration.ofSeconds(1);

  /** Where no watchdog asks for it, hanging loops are named all the same. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** Thrice within the time after which systemd acts: one late ping is no reason to. */
  private static final int PINGS = 3;

  private final ServiceManager systemd;
  private final Supplier<List<Heartbeat>> heartbeats;
  private final Function<List<Overdue>, String> words;
  private final Set<String> told = new HashSet<>();
  private final ScheduledExecutorService watchdog = single("watchdog");
  private final ScheduledExecutorService speaker = single("systemd");
  private volatile List<Overdue> overdue = List.of();
  private String said = "";

  /**
   * @param heartbeats one for each loop that there is at the moment
   * @param words how the daemon fares while these loops hang
   */
  Supervision(
      ServiceManager systemd,
      Supplier<List<Heartbeat>> heartbeats,
      Function<List<Overdue>, String> words) {
    this.systemd = systemd;
    this.heartbeats = heartbeats;
    this.words = words;
  }

  private static ScheduledExecutorService single(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Begins. */
  void start() {
    Duration within = systemd.watchdog();
    long micros =
        TimeUnit.NANOSECONDS.toMicros(
            (within == null ? LOOK_EVERY : within.dividedBy(PINGS)).toNanos());
    repeat(watchdog, this::look, micros);
    repeat(speaker, this::speak, TimeUnit.NANOSECONDS.toMicros(WORDS_EVERY.toNanos()));
  }

  private static void repeat(ScheduledExecutorService on, Runnable work, long micros) {
    var unused =
        on.scheduleWithFixedDelay(guarded(work), 0, Math.max(1, micros), TimeUnit.MICROSECONDS);
  }

  /** An executor would not go on after an exception. Then there is no ping, and that is right. */
  private static Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        Logger.error(e, LogLine.of("systemd", "a fault of the daemon"));
      }
    };
  }

  private void look() {
    List<Overdue> found = Heartbeat.overdue(heartbeats.get());
    overdue = found;
    found.stream().filter(one -> told.add(one.loop())).forEach(this::tell);
    Set<String> loops = found.stream().map(Overdue::loop).collect(Collectors.toSet());
    told.stream()
        .filter(loop -> !loops.contains(loop))
        .forEach(loop -> Logger.info(LogLine.of("daemon", "thread " + loop + " goes on again")));
    told.retainAll(loops);
    if (found.stream().noneMatch(Overdue::vital)) {
      systemd.alive();
    }
  }

  private void tell(Overdue hanging) {
    Logger.error(
        LogLine.of(
            "daemon",
            "thread "
                + hanging.loop()
                + " hangs: no progress for "
                + hanging.silent().toSeconds()
                + (hanging.vital()
                    ? " s; systemd's watchdog, where there is one, starts the daemon anew unless it"
                        + " goes on; it is at "
                    : " s; the machines are watched all the same, but not all is shown of them until"
                        + " it goes on, or until a restart; it is at ")
                + hanging.stack()));
  }

  private void speak() {
    String now = words.apply(overdue);
    if (!now.equals(said)) {
      said = now;
      systemd.status(now);
    }
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
    speaker.shutdownNow();
  }
}
