package dev.millwright.daemon;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.RecipeFile;
import dev.millwright.control.ControlNews;
import dev.millwright.control.ControlNews.State;
import dev.millwright.control.ReloadRequest;
import dev.millwright.control.Reloads;
import dev.millwright.recipe.Recipe;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.TimeSource;
import dev.millwright.trace.TraceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.tinylog.Logger;

/** Reads the configuration anew, and has the daemon watch what it says (decision 0120). */
final class Reload implements Reloads {

  /** How long to wait for the links that were opened anew to be heard of: only for the answer. */
  private static final Duration HEARD_WITHIN = Duration.ofSeconds(5);

  private static final String ANOTHER = "another reload is under way; try again when it has ended";

  /**
   * What it works with.
   *
   * @param requirements says why the database does not do for a configuration; null when it does
   * @param truth see {@link Daemon#start}
   * @param systemd told while a reload is under way
   * @param ended counts how reloads end, in a word
   * @param changed told what is watched now, when it was changed
   */
  record Parts(
      Daemon.Source source,
      Requirements requirements,
      Engine engine,
      Traces traces,
      Path truth,
      TimeSource time,
      ServiceManager systemd,
      Consumer<Configuration> changed,
      Consumer<String> ended,
      Consumer<Throwable> onDeath) {}

  /** Looks whether the database is made for a configuration. */
  @FunctionalInterface
  interface Requirements {
    String unmet(Configuration before, Configuration after);
  }

  private final Parts parts;
  private final AtomicBoolean running = new AtomicBoolean();

  /** What is watched: sections as at the start, machines and recipes as they are now. */
  private volatile Configuration current;

  Reload(Configuration current, Parts parts) {
    this.current = current;
    this.parts = parts;
  }

  @Override
  public void reload(ReloadRequest request, String user, Consumer<ControlNews> told) {
    if (running.getAndSet(true)) {
      told.accept(news(State.FAILED, ANOTHER));
      return;
    }
    Thread thread =
        new Thread(
            () -> {
              parts.systemd().reloading();
              try {
                Logger.info(LogLine.of("reload", "by control  user=" + user));
                ControlNews news = reload(request.dryRun());
                if (!request.dryRun()) {
                  parts.ended().accept(word(news.state()));
                }
                told.accept(news);
              } catch (RuntimeException e) {
                Logger.error(e, LogLine.of("reload", "a fault of the daemon"));
                parts.ended().accept(word(State.FAILED));
                told.accept(news(State.FAILED, "a fault of the daemon: " + e));
              } finally {
                parts.systemd().ready();
                running.set(false);
              }
            },
            "reload");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((dead, why) -> parts.onDeath().accept(why));
    thread.start();
  }

  /** Reloads, and says what came of it. For one thread at a time. */
  ControlNews reload(boolean dryRun) {
    Configuration next;
    try {
      next = parts.source().load();
    } catch (ConfigException e) {
      String what = e.getMessage() + "; the old one goes on, and nothing was changed";
      what.lines().forEach(line -> Logger.error(LogLine.of("reload", line)));
      return news(State.MISTAKEN, what);
    }
    String unmet = parts.requirements().unmet(current, next);
    if (unmet != null) {
      Logger.error(LogLine.of("reload", unmet));
      return news(State.MISTAKEN, unmet + "; the old configuration goes on, nothing was changed");
    }
    List<String> lines = new ArrayList<>();
    boolean all = dryRun ? describe(next, lines) : apply(next, lines);
    tellRest(next, dryRun, lines);
    if (!dryRun) {
      Configuration before = current;
      current = before.with(current.machines(), next.recipes());
      parts.changed().accept(current);
      lines.forEach(line -> Logger.info(LogLine.of("reload", line)));
    }
    return news(all ? State.COMPLETED : State.PARTLY, String.join("\n", lines));
  }

  private boolean describe(Configuration next, List<String> lines) {
    boolean all = true;
    for (Comparison.Group group : Comparison.of(current.machines(), next.machines()).groups()) {
      Set<String> staying = Comparison.names(group.before());
      staying.removeAll(group.removed());
      String refusal = parts.engine().occupied(staying);
      all &= refusal == null;
      tell(group, refusal, ", its link would be opened anew", lines);
    }
    return all;
  }

  private boolean apply(Configuration next, List<String> lines) {
    Map<Comparison.Group, Engine.Rewired> done = new LinkedHashMap<>();
    for (Comparison.Group group : Comparison.of(current.machines(), next.machines()).groups()) {
      Engine.Rewired rewired = rewire(group);
      done.put(group, rewired);
      if (rewired.refusal() == null) {
        List<MachineSettings> machines = new ArrayList<>(current.machines());
        Set<String> replaced = Comparison.names(group.before());
        machines.removeIf(each -> replaced.contains(each.serialNumber()));
        machines.addAll(group.after());
        current = current.with(machines, current.recipes());
      }
    }
    long deadline = System.nanoTime() + HEARD_WITHIN.toNanos();
    boolean all = true;
    for (Map.Entry<Comparison.Group, Engine.Rewired> each : done.entrySet()) {
      String refusal = each.getValue().refusal();
      all &= refusal == null;
      tell(each.getKey(), refusal, refusal == null ? pause(each.getValue(), deadline) : "", lines);
    }
    return all;
  }

  private Engine.Rewired rewire(Comparison.Group group) {
    Set<String> anew = group.changed();
    anew.addAll(group.added());
    Set<String> ended = group.removed();
    ended.addAll(group.changed());
    List<MachineSettings> begun =
        group.after().stream().filter(each -> anew.contains(each.serialNumber())).toList();
    try {
      Configuration behind = current.with(group.after(), current.recipes());
      return parts
          .engine()
          .rewire(
              new Engine.Change(
                  Wirings.of(behind, parts.truth(), parts.time().wall()),
                  group.unchanged(),
                  group.removed(),
                  () ->
                      parts
                          .traces()
                          .renew(
                              ended,
                              begun,
                              current.section(TraceSettings.class),
                              parts.time().wall().instant())));
    } catch (IOException e) {
      return new Engine.Rewired(LogLine.cause(e), null);
    }
  }

  private static String pause(Engine.Rewired rewired, long deadline) {
    try {
      Duration pause = rewired.pause().await(deadline);
      return pause == null
          ? ", not heard of again within " + HEARD_WITHIN.toSeconds() + " s"
          : ", not watched for " + pause.toMillis() + " ms";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static void tell(
      Comparison.Group group, String refusal, String pause, List<String> lines) {
    String refused =
        refusal == null ? "" : "  refused: " + refusal + "; the old settings stay, reload again";
    group.added().forEach(each -> lines.add(each + "  added" + refused));
    String changedPause = refusal == null ? pause : refused;
    group.changed().forEach(each -> lines.add(each + "  changed" + changedPause));
    group.removed().forEach(each -> lines.add(each + "  removed" + refused));
    if (refusal == null) {
      group
          .unchanged()
          .forEach(each -> lines.add(each + "  unchanged, on a link that is opened anew" + pause));
    }
  }

  private void tellRest(Configuration next, boolean dryRun, List<String> lines) {
    Set<String> touched = new HashSet<>();
    Comparison.of(current.machines(), next.machines())
        .groups()
        .forEach(group -> touched.addAll(Comparison.names(group.before())));
    long untouched =
        current.machines().stream()
            .map(MachineSettings::serialNumber)
            .filter(each -> !touched.contains(each) && noneNames(lines, each))
            .count();
    lines.add("unchanged: " + untouched + (untouched == 1 ? " machine" : " machines"));
    Map<String, Recipe> before = recipes(current);
    Map<String, Recipe> after = recipes(next);
    if (!before.equals(after)) {
      lines.add(
          "recipes: "
              + after.size()
              + (dryRun ? ", would be" : ", are")
              + " as they stand in the files from the next start of a run on");
    }
    Wirings.registry()
        .sections()
        .forEach(
            (name, type) -> {
              if (!current.section(type).equals(next.section(type))) {
                lines.add(
                    "["
                        + name
                        + "] has changed: that takes a restart (systemctl restart millwright)");
              }
            });
    next.warnings().forEach(warning -> lines.add("warning: " + warning));
  }

  private static boolean noneNames(List<String> lines, String machine) {
    return lines.stream().noneMatch(line -> line.startsWith(machine + "  "));
  }

  static Map<String, Recipe> recipes(Configuration configuration) {
    Map<String, Recipe> recipes = new LinkedHashMap<>();
    for (RecipeFile file : configuration.recipes()) {
      recipes.put(file.recipe().name(), file.recipe());
    }
    return recipes;
  }

  /** What is watched now. */
  Configuration current() {
    return current;
  }

  private static String word(State state) {
    return state == State.COMPLETED ? "applied" : state.name().toLowerCase(Locale.ROOT);
  }

  private static ControlNews news(State state, String message) {
    return new ControlNews(state, null, message, null);
  }
}
