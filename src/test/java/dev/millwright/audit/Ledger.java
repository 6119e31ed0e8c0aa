package dev.millwright.audit;

import dev.millwright.audit.Conduct.ForeignWrite;
import dev.millwright.audit.Disturbance.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was done to which machine and when, for the audit. Safe for use by several threads. */
public final class Ledger {

  private final Map<String, List<Disturbance>> disturbances = new TreeMap<>();
  private final Map<String, List<ForeignWrite>> writes = new TreeMap<>();
  private final Set<Entry> open = new HashSet<>();
  private final List<Instant> settled = new ArrayList<>();

  /** A disturbance that goes on; closing it is its end. */
  public final class Entry implements AutoCloseable {
    private final Set<String> machines;
    private final Disturbance disturbance;

    private Entry(Set<String> machines, Disturbance disturbance) {
      this.machines = machines;
      this.disturbance = disturbance;
    }

    @Override
    public void close() {
      synchronized (Ledger.this) {
        if (open.remove(this)) {
          Disturbance ended =
              new Disturbance(
                  disturbance.kind(),
                  disturbance.what(),
                  disturbance.from(),
                  Instant.now(),
                  disturbance.offset());
          machines.forEach(machine -> of(disturbances, machine).add(ended));
        }
      }
    }
  }

  /** Something begins now. */
  public synchronized Entry begin(Kind kind, String what, Set<String> machines) {
    return begin(kind, what, machines, Duration.ZERO);
  }

  /** The same for a clock that goes wrong by so much. */
  public synchronized Entry begin(Kind kind, String what, Set<String> machines, Duration offset) {
    Entry entry = new Entry(machines, new Disturbance(kind, what, Instant.now(), null, offset));
    open.add(entry);
    return entry;
  }

  /** Something has been. */
  public synchronized void add(Disturbance disturbance, Set<String> machines) {
    machines.forEach(machine -> of(disturbances, machine).add(disturbance));
  }

  /** Another has written the machine's row. */
  public synchronized void add(String machine, ForeignWrite write) {
    of(writes, machine).add(write);
  }

  /** All is told that has happened. */
  public synchronized void settle(Instant at) {
    settled.add(at);
  }

  /** What the audit is to know of a machine. */
  public synchronized Conduct conduct(
      String machine, Duration dated, Duration noticed, Duration stale) {
    List<Disturbance> all = new ArrayList<>(of(disturbances, machine));
    for (Entry entry : open) {
      if (entry.machines.contains(machine)) {
        all.add(entry.disturbance);
      }
    }
    return new Conduct(
        dated, noticed, stale, all, List.copyOf(settled), List.copyOf(of(writes, machine)));
  }

  private static <T> List<T> of(Map<String, List<T>> map, String machine) {
    return map.computeIfAbsent(machine, name -> new ArrayList<>());
  }
}
