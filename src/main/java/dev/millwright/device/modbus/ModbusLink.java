package dev.millwright.device.modbus;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Tap;
import dev.millwright.device.Writing;
import dev.millwright.device.Written;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One Modbus line or connection with the units on it, each polled at its own pace, whichever is due
 * first.
 *
 * <p>An answer that comes within {@code timeout + quiet} after its request is never taken for
 * another's; see {@link RtuBus} for later ones, and {@link TcpBus} where answers are numbered.
 */
public final class ModbusLink implements Link {

  /** More notices than any line has reason for; keeps a unit that changes its mind quiet. */
  private static final int SAID_MOST = 1_000;

  private final Bus bus;
  private final List<ModbusMachine> machines;
  private final Consumer<String> notices;
  private final Set<String> said = new HashSet<>();

  /** Whichever is due first; none until it is open. */
  private final Queue<PolledUnit> units =
      new PriorityQueue<>((one, other) -> Long.signum(one.due() - other.due()));

  private final Map<String, UnitWriter> writers = new HashMap<>();

  /** The unit whose reading is under way; null between readings. */
  private PolledUnit current;

  private ModbusLink(Bus bus, List<ModbusMachine> machines, Consumer<String> notices) {
    if (machines.isEmpty()) {
      throw new IllegalArgumentException("port: " + bus.name() + " has no machines");
    }
    this.bus = bus;
    this.machines = List.copyOf(machines);
    this.notices = notices;
  }

  /**
   * Units on a serial line; contacts nothing.
   *
   * @param notices takes what a technician should know though the link works
   */
  public static ModbusLink rtu(
      RtuLine line, List<ModbusMachine> machines, Consumer<String> notices) {
    return rtu(line, machines, notices, Tap.NONE);
  }

  /**
   * The same with a listener.
   *
   * @param tap hears what goes over the line
   */
  public static ModbusLink rtu(
      RtuLine line, List<ModbusMachine> machines, Consumer<String> notices, Tap tap) {
    return new ModbusLink(new RtuBus(line, tap), machines, notices);
  }

  /** A unit on the network, or several behind a gateway; contacts nothing. */
  public static ModbusLink tcp(
      String host, int port, List<ModbusMachine> machines, Consumer<String> notices) {
    return tcp(host, port, machines, notices, Tap.NONE);
  }

  /**
   * The same with a listener.
   *
   * @param tap hears each frame, with its header
   */
  public static ModbusLink tcp(
      String host, int port, List<ModbusMachine> machines, Consumer<String> notices, Tap tap) {
    return new ModbusLink(new TcpBus(host, port, tap), machines, notices);
  }

  @Override
  public String name() {
    return bus.name();
  }

  @Override
  public Duration longestRequest() {
    return machines.stream()
        .map(ModbusMachine::timeout)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  @Override
  public void open() throws LinkException {
    bus.open();
    Retries retries = new Retries();
    long now = System.nanoTime();
    units.clear();
    for (ModbusMachine machine : machines) {
      // A nanosecond apart, as the order of the configuration is theirs.
      units.add(new PolledUnit(machine, retries, this::tellOnce, now + units.size()));
    }
    writers.clear();
    current = null;
  }

  @Override
  public List<Observation> observe(Duration atMost) throws LinkException, InterruptedException {
    if (units.isEmpty()) {
      throw new LinkException(name() + ": is not open");
    }
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      if (current == null && !beginReading(deadline)) {
        return List.of();
      }
      if (!current.asksMore(System.nanoTime())) {
        Observation observation = current.observation(System.nanoTime());
        current = null;
        return List.of(observation);
      }
      if (!bus.awaitReady(current.machine(), deadline)) {
        return List.of();
      }
      ask(current, current.nextBlock());
      if (System.nanoTime() - deadline >= 0 && current.asksMore(System.nanoTime())) {
        return List.of(); // the reading goes on with the next call
      }
    }
  }

  @Override
  public List<Written> write(String machine, List<TagWrite> writes)
      throws LinkException, InterruptedException {
    if (units.isEmpty()) {
      throw new LinkException(name() + ": is not open");
    }
    ModbusMachine to =
        machines.stream()
            .filter(known -> known.serialNumber().equals(machine))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(machine + " is not on " + name()));
    UnitWriter writer = writers.computeIfAbsent(machine, name -> new UnitWriter(to, bus));
    return Writing.inOrder(writes, to::refusal, writer::write);
  }

  /** Waits until a unit is due; false when the deadline comes first. */
  private boolean beginReading(long deadline) throws LinkException, InterruptedException {
    PolledUnit first = units.element();
    bus.idle(first.due() - deadline <= 0 ? first.due() : deadline);
    if (System.nanoTime() - first.due() < 0) {
      return false;
    }
    units.remove();
    first.begin(System.nanoTime());
    units.add(first);
    current = first;
    return true;
  }

  private void ask(PolledUnit unit, Block block) throws LinkException, InterruptedException {
    long askedAt = System.nanoTime();
    Reply reply = bus.ask(block.request(unit.machine().unit()), unit.machine());
    unit.take(block, reply, askedAt, System.nanoTime());
  }

  private void tellOnce(String notice) {
    if (said.size() < SAID_MOST && said.add(notice)) {
      notices.accept(notice);
    }
  }

  @Override
  public void close() {
    bus.close();
  }
}
