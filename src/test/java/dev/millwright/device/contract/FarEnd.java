package dev.millwright.device.contract;

import dev.millwright.device.Link;
import java.time.Duration;
import java.util.List;

/**
 * The machine at the other end of a link: {@value #MACHINE}, with the tags {@value #STATE} (a whole
 * number that is read), {@value #READY} (a bit that is read) and {@value #ACK} (a bit that is read
 * and written).
 */
public interface FarEnd extends AutoCloseable {

  String MACHINE = "M";
  String STATE = "state";
  String READY = "ready";
  String ACK = "ack";

  /** The machine's staleness limit. */
  Duration STALE_AFTER = Duration.ofMillis(1_500);

  /** A new link to it, not yet open. */
  Link link();

  /**
   * Two numbers that it can show one after the other, again and again; the first is shown first.
   */
  default List<Long> states() {
    return List.of(0L, 7L);
  }

  /** What it shows from now on: the next of its states. */
  void show(long state) throws Exception;

  /** Whether it shows {@value #READY}; does nothing where that follows from its state. */
  default void ready(boolean set) throws Exception {}

  /** How it shows a bit. */
  default Object bit(boolean set) {
    return set;
  }

  /** Whether the bit is set that is written. */
  boolean acknowledged() throws Exception;

  /** How many links it takes for open. */
  default long connections() {
    return 0;
  }

  /** How often a quick test may open and close one: on some lines each opening takes its time. */
  default int quickCycles() {
    return 50;
  }

  @Override
  void close() throws Exception;

  /** One behind a wire that can be spoilt. It also has a tag {@value #BROKEN} without a value. */
  interface Wired extends FarEnd {

    String BROKEN = "broken";

    /** From now on nothing that it says arrives, though it seems to be there. */
    void mute();

    /** From now on what it says arrives byte by byte. */
    void cut();

    /** It is gone, and so is whatever led to it. */
    void vanish() throws Exception;

    /** It is there again, at the same place. */
    void comeBack() throws Exception;

    /** Whether the link asks it, and so notices by itself that no answer comes. */
    default boolean isAsked() {
      return true;
    }
  }
}
