package dev.millwright.bench;

import dev.millwright.device.virtual.VirtualLink;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.Phase;
import dev.millwright.simulator.behaviour.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A virtual machine, which changes when it likes, on the thread of its link: what is timed begins
 * where it would write its truth file.
 */
final class VirtualChanges implements Changing {

  private static final Duration STALE_AFTER = Duration.ofSeconds(5);
  private static final Duration CYCLE = Duration.ofMillis(60);
  private static final Duration DWELL = Duration.ofMillis(30);
  private static final long LIMIT_SECONDS = 30;

  /** It stands still first, so that it is met before it changes. */
  private static final Duration WARM_UP = Duration.ofSeconds(15);

  private final Committed committed;
  private final BlockingQueue<Long> changes = new LinkedBlockingQueue<>();
  private final VirtualLink link;

  VirtualChanges(String machine, Committed committed) {
    this.committed = committed;
    Habits habits = new Habits(machine, List.of("R42"), CYCLE, CYCLE, 0, 0, "", "", DWELL, 1);
    link =
        new VirtualLink(
            new VirtualMachine(habits, 1, Instant.now(), WARM_UP),
            STALE_AFTER,
            InstantSource.system(),
            this::changes);
  }

  VirtualLink link() {
    return link;
  }

  /** Each commit from now on is one of its changes, in their order. */
  void begin() {
    committed.forget();
    if (!changes.isEmpty()) {
      throw new IllegalStateException("it was not met within " + WARM_UP.toSeconds() + " s");
    }
  }

  /** When it is idle again after a run nothing is written, as it was so since its end. */
  private void changes(Appearance shown) {
    if (shown.phase() != Phase.IDLE) {
      changes.add(System.nanoTime());
    }
  }

  @Override
  public long delay() throws InterruptedException {
    Long changed = changes.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (changed == null) {
      throw new IllegalStateException("the virtual machine stands still");
    }
    return committed.next() - changed;
  }
}
