package dev.millwright.device.virtual;

import dev.millwright.device.Link;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.contract.FarEnd;
import dev.millwright.device.contract.LinkContract;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.VirtualMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** The contract for a machine without a wire: nothing can be cut, and no value is ever bad. */
@Tag("host") // beside the other adapters
public class VirtualContractTest extends LinkContract {

  @Override
  public FarEnd machine(Path folder) {
    return new Machine();
  }

  /** It does what it is told, and nothing else within a test: idle, running, stopped, idle. */
  private static final class Machine implements FarEnd {

    private static final Duration LONG = Duration.ofHours(10);

    private final VirtualMachine machine =
        new VirtualMachine(
            new Habits(MACHINE, List.of("R1"), LONG, LONG, 0, 0, "", "", Duration.ofMillis(50), 1),
            1,
            Instant.now(),
            Duration.ZERO);

    private final VirtualLink link =
        new VirtualLink(machine, STALE_AFTER, InstantSource.system(), appearance -> {});

    @Override
    public Link link() {
      return link;
    }

    @Override
    public List<Long> states() {
      return List.of(0L, 1L, 4L);
    }

    /** From stopped it becomes idle by itself. */
    @Override
    public void show(long state) throws Exception {
      List<TagWrite> press =
          state == 1
              ? List.of(new TagWrite(Controls.RECIPE, "R1"), new TagWrite(Controls.START, true))
              : state == 4 ? List.of(new TagWrite(Controls.STOP, true)) : List.of();
      for (Written written : link.write(MACHINE, press)) {
        if (written.outcome() != Written.Outcome.DONE) {
          throw new AssertionError(written.toString());
        }
      }
    }

    @Override
    public boolean acknowledged() throws Exception {
      return (Boolean) link.observe(Duration.ofSeconds(2)).get(0).values().get(ACK).value();
    }

    @Override
    public void close() {
      // It has nothing to let go of.
    }
  }
}
