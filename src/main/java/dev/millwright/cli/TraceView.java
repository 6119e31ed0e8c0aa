package dev.millwright.cli;

import dev.millwright.runtime.Input;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.Moment;
import dev.millwright.runtime.Snapshot;
import dev.millwright.runtime.Step;
import dev.millwright.runtime.TimeSource;
import dev.millwright.trace.Frame;
import dev.millwright.trace.TraceWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Supplier;

/** What {@code trace} writes and prints. Safe for use by several threads. */
final class TraceView implements Onlooker.Out {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final TimeSource time = TimeSource.system();
  private final TraceWriter writer;
  private final PrintWriter out;
  private long readings;
  private long transitions;
  private String problem;

  TraceView(TraceWriter writer, PrintWriter out) {
    this.writer = writer;
    this.out = out;
  }

  boolean isDone() {
    return writer.isFull() || writer.failure() != null;
  }

  @Override
  public void begin(Snapshot from) {
    writer.begin(from);
  }

  @Override
  public synchronized void step(Step step, Supplier<Snapshot> after) {
    writer.step(step, after);
    readings += step.input() instanceof Input.Observed ? 1 : 0;
    transitions += step.decided().size();
    problem = step.input() instanceof Input.LinkDown down ? down.reason() : problem;
  }

  @Override
  public void info(String line) {
    warn(line);
  }

  @Override
  public synchronized void warn(String line) {
    out.println(Times.local(time.wall().instant()) + "  " + line);
  }

  @Override
  public void sent(byte[] bytes, int count) {
    writer.frame(new Frame(now(), HEX.formatHex(bytes, 0, count), null, null));
  }

  @Override
  public void received(byte[] bytes, int count) {
    writer.frame(new Frame(now(), null, HEX.formatHex(bytes, 0, count), null));
  }

  @Override
  public void told(Supplier<String> words) {
    writer.frame(new Frame(now(), null, null, words.get()));
  }

  private Moment now() {
    return time.moment();
  }

  /** The last words; also when somebody says stop. */
  synchronized void end(Path file) {
    writer.close();
    out.println(
        file
            + ": "
            + readings
            + (readings == 1 ? " reading" : " readings")
            + ", "
            + transitions
            + (transitions == 1 ? " transition" : " transitions")
            + ", "
            + writer.bytes() / 1024
            + " KiB"
            + (writer.isFull() ? "; it is full" : ""));
    out.flush();
  }

  synchronized int exitCode() throws Failure {
    if (writer.failure() != null) {
      throw new Failure(
          Exit.IO_ERROR, "the trace could not be written on: " + LogLine.cause(writer.failure()));
    } else if (readings == 0) {
      String why = problem == null ? "nothing came from the machine" : problem;
      String hint = Onlooker.hint(why);
      throw new Failure(Exit.UNAVAILABLE, why + (hint == null ? "" : "\n  " + hint));
    }
    return Exit.OK;
  }
}
