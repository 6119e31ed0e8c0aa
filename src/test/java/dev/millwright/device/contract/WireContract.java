package dev.millwright.device.contract;

import static dev.millwright.device.contract.FarEnd.ACK;
import static dev.millwright.device.contract.FarEnd.MACHINE;
import static dev.millwright.device.contract.FarEnd.STATE;
import static dev.millwright.device.contract.FarEnd.Wired.BROKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.Written.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a link with a wire has to do besides: the wire cuts, falls silent, breaks. */
@Tag("host") // takes some seconds for each adapter
public abstract class WireContract extends LinkContract {

  /** A machine's time-outs in these tests are 300 ms to 1 s, and a few may follow on another. */
  private static final Duration BOUND = Duration.ofSeconds(10);

  private static final List<TagWrite> WRITE = List.of(new TagWrite(ACK, true));

  private FarEnd.Wired machine;

  @Override
  public abstract FarEnd.Wired machine(Path folder) throws Exception;

  @BeforeEach
  void remember() throws Exception {
    machine = (FarEnd.Wired) farEnd();
  }

  /** FIELD 6, 7: a tag without a value says why, and spoils no other. */
  @Test
  void quality() throws Exception {
    link.open();
    untilShown();
    Observation seen = until(observation -> true);
    assertEquals(Quality.BAD, seen.values().get(BROKEN).quality());
    assertFalse(seen.values().get(BROKEN).why().isBlank());
  }

  /** FIELD 15, 17. */
  @Test
  void pieces() throws Exception {
    machine.cut();
    link.open();
    untilShown();
    for (int i = 1; i <= 3; i++) {
      untilShownNext(i);
    }
    assertEquals(WRITE.stream().map(Written::done).toList(), link.write(MACHINE, WRITE));
    assertTrue(machine.acknowledged());
  }

  /** I4, I6, I8: silence is neither the last value nor a confirmation, and every wait ends. */
  @Test
  void timeOut() throws Exception {
    link.open();
    untilShown();
    machine.mute();
    link.observe(Duration.ofMillis(100)); // what was under way
    Outcome outcome = Outcome.NOT_TRIED;
    long began = System.nanoTime();
    boolean told = false;
    try {
      outcome = link.write(MACHINE, WRITE).get(0).outcome();
      assertTrue(since(began).compareTo(BOUND) < 0, "writing took " + since(began));
      while (!told && since(began).compareTo(BOUND) < 0) {
        for (Observation seen : link.observe(Duration.ofMillis(100))) {
          told |= seen.values().get(STATE).quality() == Quality.BAD;
        }
        told |= !machine.isAsked() && since(began).compareTo(Duration.ofSeconds(2)) > 0;
      }
    } catch (LinkException e) {
      told = true;
    }
    assertTrue(outcome == Outcome.UNKNOWN || outcome == Outcome.NOT_TRIED, outcome.toString());
    assertTrue(told, "nobody noticed the silence for " + since(began));
  }

  /** FIELD 4, 11: a loss is an exception that names the link, and the same link opens again. */
  @Test
  void reconnect() throws Exception {
    for (int i = 1; i <= 3; i++) {
      open();
      untilShownNext(i);
      machine.vanish();
      LinkException lost = assertThrows(LinkException.class, () -> until(seen -> false));
      assertTrue(lost.getMessage().contains(link.name()), lost.getMessage());
      link.close();
      LinkException absent = assertThrows(LinkException.class, this::openAndObserve);
      assertTrue(absent.getMessage().contains(link.name()), absent.getMessage());
      link.close();
      machine.comeBack();
    }
    open();
    untilShownNext(4);
  }

  /** FIELD 12. */
  @Test
  void closeUnderWrite() throws Exception {
    link.open();
    untilShown();
    machine.mute();
    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(
            link::close, CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS));
    long began = System.nanoTime();
    try {
      assertNotEquals(Outcome.DONE, link.write(MACHINE, WRITE).get(0).outcome());
    } catch (LinkException e) {
      assertFalse(e.getMessage().isBlank());
    }
    closing.get();
    assertTrue(since(began).compareTo(BOUND) < 0, "took " + since(began));
  }

  /** What hangs up on whoever connects is noticed at the first look. */
  private void openAndObserve() throws Exception {
    link.open();
    until(seen -> false);
  }

  /** As its owner does, until it works. */
  private void open() throws Exception {
    long began = System.nanoTime();
    while (true) {
      try {
        link.open();
        return;
      } catch (LinkException e) {
        link.close();
        if (since(began).compareTo(BOUND) > 0) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }
}
