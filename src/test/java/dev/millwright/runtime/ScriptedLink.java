package dev.millwright.runtime;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A link that does what its test says, and counts what is asked of it. */
final class ScriptedLink implements Link {

  /** What opening and observing do. */
  interface Script {
    default void open(int nth) throws LinkException {}

    List<Observation> observe(int nth) throws LinkException, InterruptedException;
  }

  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger observed = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();

  /** How long it may wait, by the last call. */
  volatile Duration wait;

  private final Script script;

  ScriptedLink(Script script) {
    this.script = script;
  }

  @Override
  public String name() {
    return "scripted";
  }

  @Override
  public void open() throws LinkException {
    script.open(opened.incrementAndGet());
  }

  @Override
  public List<Observation> observe(Duration atMost) throws LinkException, InterruptedException {
    wait = atMost;
    return script.observe(observed.incrementAndGet());
  }

  @Override
  public List<Written> write(String machine, List<TagWrite> writes) {
    throw new UnsupportedOperationException("nothing is written here");
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
