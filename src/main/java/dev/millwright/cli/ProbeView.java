package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Wirings;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.DryRun;
import dev.millwright.runtime.Input;
import dev.millwright.runtime.Snapshot;
import dev.millwright.runtime.Step;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What {@code probe} prints, and when it has seen enough. Safe for use by several threads. */
final class ProbeView implements Onlooker.Out {

  /** Of what is to be shown with one reading. */
  private static final int MAX_LOG = 100;

  private final MachineSettings machine;
  private final Map<String, String> names;
  private final boolean decides;
  private final boolean once;
  private final boolean json;
  private final PrintWriter out;
  private final Wire wire = new Wire();

  /** What the log would have said, and what was decided, since a look was shown last. */
  private final List<String> log = new ArrayList<>();

  private final List<Transition> decided = new ArrayList<>();
  private Look last;
  private String problem;
  private long looks;
  private long transitions;
  private boolean done;

  /**
   * @param names what the tags are called, in order
   * @param decides whether there is a state map to decide by
   * @param once whether the first complete look is enough
   */
  ProbeView(
      MachineSettings machine,
      Map<String, String> names,
      boolean decides,
      boolean once,
      boolean json,
      PrintWriter out) {
    this.machine = machine;
    this.names = names;
    this.decides = decides;
    this.once = once;
    this.json = json;
    this.out = out;
  }

  synchronized boolean isDone() {
    return done;
  }

  @Override
  public void begin(Snapshot from) {
    // It begins from nothing.
  }

  @Override
  public synchronized void step(Step step, Supplier<Snapshot> after) {
    transitions += step.decided().size();
    if (decides) {
      decided.addAll(step.decided());
    } else {
      log.clear();
    }
    if (step.input() instanceof Input.Observed observed) {
      look(observed);
    } else if (step.input() instanceof Input.LinkDown down) {
      linkDown(down);
    } else {
      silent(step.input());
    }
  }

  private void look(Input.Observed observed) {
    DryRun.Shows shows =
        decides
            ? DryRun.shows(Wirings.forRuntime(machine), observed.observation(), observed.at())
            : null;
    Look look =
        new Look(
            observed.at(),
            names,
            observed.observation(),
            shows,
            List.copyOf(decided),
            List.copyOf(log),
            wire.take());
    boolean shown = once ? look.isComplete() : json || look.differs(last);
    if (shown && !done) {
      print(look);
    }
    last = look;
    looks++;
    problem = null;
    done |= once && look.isComplete();
  }

  private void print(Look look) {
    if (json) {
      out.println(look.json());
    } else {
      look.lines().forEach(out::println);
    }
    out.flush();
    log.clear();
    decided.clear();
  }

  private void linkDown(Input.LinkDown down) {
    boolean news = !down.reason().equals(problem);
    problem = down.reason();
    done |= once;
    if (json) {
      JsonObject line = new JsonObject();
      line.addProperty("at", down.at().wall().toString());
      line.addProperty("machine", machine.serialNumber());
      line.addProperty("link_down", down.reason());
      out.println(Json.of(line));
    } else if (news && !once) {
      out.println(Times.local(down.at().wall()));
      out.println("  " + down.reason());
    }
    log.clear();
  }

  /** Nothing came for too long. */
  private void silent(Input input) {
    if (json && !decided.isEmpty()) {
      JsonObject line = new JsonObject();
      line.addProperty("at", input.at().wall().toString());
      line.addProperty("machine", machine.serialNumber());
      line.add("decided", Look.json(decided));
      out.println(Json.of(line));
    } else if (!json && !log.isEmpty()) {
      out.println(Times.local(input.at().wall()));
      log.forEach(line -> out.println("  would log  " + line));
    }
    log.clear();
    decided.clear();
  }

  @Override
  public void info(String line) {
    warn(line);
  }

  @Override
  public synchronized void warn(String line) {
    // The subject, which a log needs, is always the same here.
    String name = machine.serialNumber();
    if (log.size() < MAX_LOG) {
      log.add(line.startsWith(name) ? line.substring(name.length()).strip() : line);
    }
  }

  @Override
  public void sent(byte[] bytes, int count) {
    wire.sent(bytes, count);
  }

  @Override
  public void received(byte[] bytes, int count) {
    wire.received(bytes, count);
  }

  @Override
  public void told(Supplier<String> words) {
    wire.told(words);
  }

  /** The last words; also when somebody says stop. */
  synchronized void end(PrintWriter to) {
    if (once && last != null && !last.isComplete()) {
      print(last);
    }
    if (!json && !once) {
      to.println(
          looks
              + (looks == 1 ? " reading" : " readings")
              + (decides ? ", " + transitions + " transitions that were not written" : ""));
    }
    to.flush();
  }

  /** Says what went wrong, if anything did. */
  synchronized int exitCode(PrintWriter err) throws Failure {
    if (last == null) {
      String why = problem == null ? "nothing came from the machine" : problem;
      String hint = Onlooker.hint(why);
      throw new Failure(Exit.UNAVAILABLE, why + (hint == null ? "" : "\n  " + hint));
    }
    err.flush();
    return once && !last.isGood() ? Exit.DIFFERENT : Exit.OK;
  }
}
