package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Named.named;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.ascii.AskedContractTest;
import dev.millwright.device.ascii.HeardContractTest;
import dev.millwright.device.contract.FarEnd;
import dev.millwright.device.contract.LinkContract;
import dev.millwright.device.modbus.RtuContractTest;
import dev.millwright.device.modbus.TcpContractTest;
import dev.millwright.device.opcua.OpcUaContractTest;
import dev.millwright.device.virtual.VirtualContractTest;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** I2 from the machine to the machine, over each protocol: on disk first, and answered then. */
class HandshakeLinksTest {

  @TempDir private Path folder;
  @RegisterExtension private final Scene scene = new Scene();

  static Stream<Named<LinkContract>> adapters() {
    return Stream.of(
        named("OPC UA", new OpcUaContractTest()),
        named("Modbus RTU", new RtuContractTest()),
        named("Modbus TCP", new TcpContractTest()),
        named("ASCII, asked", new AskedContractTest()),
        named("ASCII, unasked", new HeardContractTest()),
        named("virtual", new VirtualContractTest()));
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void theReplyGoesUpWhenTheEndIsOnDiskAndDownWithTheTrigger(LinkContract adapter)
      throws Exception {
    try (FarEnd machine = adapter.machine(folder)) {
      Noting link = new Noting(machine);
      TimeSource time = TimeSource.system();
      MachineMonitor monitor =
          new MachineMonitor(
              settings(),
              null,
              new MachineMonitor.Parts(scene.lifecycle, time, scene.journal, scene.intake));
      monitor.look(Scene.newRow(FarEnd.MACHINE));
      Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), Math::random);
      LinkRunner runner = new LinkRunner(link, List.of(monitor), backoff, time);
      Thread thread = new Thread(runner, "link");
      thread.start();
      try {
        Scene.await("it is seen", () -> onDisk() == Status.IDLE);
        link.soon(() -> machine.show(1));
        Scene.await("the run is seen", () -> onDisk() == Status.PROCESSING);
        link.soon(() -> machine.show(4));
        link.soon(() -> machine.ready(true));
        Scene.await("the reply", () -> link.wrote(true));
        link.soon(() -> machine.ready(false));
        Scene.await("the reply's end", () -> link.wrote(false));
        assertEquals(
            List.of(
                machine.bit(true) + " when on disk is IDLE",
                machine.bit(false) + " when on disk is IDLE"),
            link.replies.stream().distinct().toList());
        Scene.await("its end is seen", () -> machine.bit(false).equals(link.acknowledged));
      } finally {
        runner.stop();
        thread.interrupt();
        thread.join(Scene.PATIENCE.toMillis());
      }
    }
  }

  /** Where a busy host breaks a link in between, a run is found rather than started. */
  private Status onDisk() {
    List<Transition> decided = scene.pending();
    return decided.isEmpty() ? null : decided.get(decided.size() - 1).to().status();
  }

  private static MachineSettings settings() {
    return new MachineSettings(
        FarEnd.MACHINE,
        false,
        FarEnd.STALE_AFTER,
        false,
        new LifecycleSettings(
            new StateCodes(
                FarEnd.STATE, List.of("0"), List.of("1"), List.of(), List.of("4"), List.of()),
            null,
            null,
            null,
            null,
            null,
            null),
        new HandshakeSettings(FarEnd.READY, FarEnd.ACK));
  }

  /** A link that notes what was on disk when a reply was to be written. */
  private final class Noting implements Link {

    private final FarEnd machine;
    private final Link link;
    private final Queue<Action> soon = new ConcurrentLinkedQueue<>();
    private final List<String> replies = new CopyOnWriteArrayList<>();
    private volatile Object written;
    private volatile Object acknowledged;

    Noting(FarEnd machine) {
      this.machine = machine;
      this.link = machine.link();
    }

    interface Action {
      void run() throws Exception;
    }

    /** To be done on the link's thread, to which some machines belong. */
    void soon(Action action) {
      soon.add(action);
    }

    /** Whether this was the last reply, and the machine has taken it. */
    boolean wrote(boolean bit) {
      return machine.bit(bit).equals(written);
    }

    @Override
    public String name() {
      return link.name();
    }

    @Override
    public void open() throws LinkException {
      link.open();
    }

    @Override
    public List<Observation> observe(Duration atMost) throws LinkException, InterruptedException {
      try {
        for (Action next = soon.poll(); next != null; next = soon.poll()) {
          next.run();
        }
      } catch (LinkException | InterruptedException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      List<Observation> seen = link.observe(atMost);
      for (Observation observation : seen) {
        acknowledged = observation.values().get(FarEnd.ACK).value();
      }
      return seen;
    }

    @Override
    public List<Written> write(String to, List<TagWrite> writes)
        throws LinkException, InterruptedException {
      replies.add(writes.get(0).value() + " when on disk is " + onDisk());
      List<Written> outcomes = link.write(to, writes);
      if (outcomes.get(0).outcome() == Written.Outcome.DONE) {
        written = writes.get(0).value();
      }
      return outcomes;
    }

    @Override
    public void close() {
      link.close();
    }
  }
}
