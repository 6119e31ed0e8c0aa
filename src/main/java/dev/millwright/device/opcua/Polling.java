package dev.millwright.device.opcua;

import dev.millwright.device.Age;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks for all values at an interval. */
final class Polling implements Source {

  private final MiloSession session;
  private final Nodes nodes;
  private final Retry retry;
  private final long intervalNanos;
  private long due = System.nanoTime();

  Polling(MiloSession session, Nodes nodes, Retry retry, Duration interval) {
    this.session = session;
    this.nodes = nodes;
    this.retry = retry;
    this.intervalNanos = interval.toNanos();
  }

  @Override
  public List<Observation> observe(long atMostNanos) throws LinkException, InterruptedException {
    long now = System.nanoTime();
    long wait = due - now;
    session.pause(Math.max(0, Math.min(wait, atMostNanos)));
    if (wait > atMostNanos) {
      return List.of();
    }
    due = System.nanoTime() + intervalNanos;
    if (!nodes.gone().isEmpty()) {
      retry.hasten();
    }
    if (retry.isDue() && nodes.mayBeElsewhere()) {
      nodes.resolve(session);
    }
    long asked = System.nanoTime();
    List<LastRead> read = nodes.read(session);
    read.forEach(LastRead::all);
    Age age = Snapshots.since(asked);
    List<Observation> seen = new ArrayList<>(read.size());
    for (LastRead machine : read) {
      seen.add(new Observation(machine.machine(), machine.all(), age));
    }
    return seen;
  }
}
