package dev.millwright.runtime;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * Keeps one link open, for ever, and hands on what it observes. The only thread of its link.
 *
 * <p>Whatever goes wrong on a link stays there: it is closed, and opened again after a wait.
 */
final class LinkRunner implements Runnable {

  /** The longest wait within one call, so that a stop is noticed soon. */
  private static final Duration SLICE = Duration.ofMillis(500);

  private final Link link;
  private final Map<String, MachineMonitor> monitors;
  private final String subject;
  private final Backoff backoff;
  private String trouble;
  private volatile boolean stopping;

  LinkRunner(Link link, List<MachineMonitor> machines, Backoff backoff) {
    this.link = link;
    this.monitors =
        machines.stream().collect(Collectors.toMap(MachineMonitor::name, Function.identity()));
    this.subject = machines.stream().map(MachineMonitor::name).collect(Collectors.joining(","));
    this.backoff = backoff;
  }

  String name() {
    return link.name();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        try {
          link.open();
          Logger.info(LogLine.of(subject, "link " + link.name() + " is open"));
          trouble = null;
          observe();
        } catch (LinkException e) {
          fail(LogLine.cause(e));
        } catch (RuntimeException e) {
          Logger.debug(e);
          fail("unexpected " + e.getClass().getSimpleName() + ": " + LogLine.cause(e));
        } finally {
          link.close();
        }
        if (!stopping) {
          Thread.sleep(backoff.next().toMillis());
        }
      }
    } catch (InterruptedException e) {
      // Told to stop: nothing is left to do.
      link.close();
    }
  }

  private void observe() throws LinkException, InterruptedException {
    while (!stopping) {
      for (Observation observation : link.observe(SLICE)) {
        backoff.reset();
        MachineMonitor monitor = monitors.get(observation.machine());
        if (monitor != null) {
          monitor.observe(observation);
        }
      }
    }
  }

  private void fail(String reason) {
    if (stopping) {
      return;
    }
    monitors.values().forEach(monitor -> monitor.linkDown(reason));
    if (!reason.equals(trouble)) {
      trouble = reason;
      Logger.warn(LogLine.of(subject, reason + "; trying again until it works"));
    }
  }

  /** Makes {@link #run} end soon; the caller also interrupts its thread. */
  void stop() {
    stopping = true;
  }
}
