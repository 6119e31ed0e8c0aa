package dev.millwright.recipe;

import dev.millwright.recipe.Work.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes a program of a recipe, or finds all that is against it. */
final class Binding {

  private final Recipe recipe;
  private final Resolver resolver;
  private final Fit fit;

  /**
   * @param tags null when no machine is meant
   * @param given null when the parameters are not known yet
   */
  Binding(Recipe recipe, Map<String, TagKind> tags, Map<String, Object> given) {
    this.recipe = recipe;
    this.resolver = new Resolver(recipe.parameters(), given);
    this.fit = new Fit(tags, resolver);
  }

  List<Problem> problems() {
    var unused = bound();
    return List.copyOf(resolver.problems());
  }

  Program program() throws RecipeException {
    Program program = bound();
    if (!resolver.problems().isEmpty()) {
      throw new RecipeException(recipe.name(), resolver.problems());
    }
    return program;
  }

  /** Not to be used where there are problems. */
  private Program bound() {
    List<Program.Check> checks = new ArrayList<>();
    for (int i = 0; i < recipe.preconditions().size(); i++) {
      Precondition precondition = recipe.preconditions().get(i);
      resolver.at("precondition " + (i + 1));
      checks.add(new Program.Check(fit.shown(precondition.condition(), ""), precondition.advice()));
    }
    List<Work> steps = steps(recipe.steps(), "");
    Size size = sum(steps);
    resolver.at("");
    if (size.steps() > Resolver.MOST_STEPS) {
      resolver.problem(
          "", size.steps() + " steps in a run are more than the limit of " + Resolver.MOST_STEPS);
    }
    if (size.expected() > Resolver.LONGEST.toNanos()) {
      resolver.problem(
          "",
          "a run would take "
              + size.expected() / 3_600_000_000_000L
              + " hours, longer than the limit of "
              + Resolver.LONGEST.toDays()
              + " days");
    }
    Work whole =
        new Work(
            "", recipe.name(), Long.MAX_VALUE, OnFailure.STOP, new Work.Repeat(1, steps), size);
    return new Program(recipe, resolver.values(), checks, whole);
  }

  private static Size sum(List<Work> steps) {
    Size size = Size.NONE;
    for (Work step : steps) {
      size = size.plus(step.size());
    }
    return size;
  }

  private List<Work> steps(List<Step> steps, String prefix) {
    List<Work> bound = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      bound.add(step(steps.get(i), prefix + (i + 1)));
    }
    return bound;
  }

  private Work step(Step step, String path) {
    Step.Common common = step.common();
    String where = "step " + path + (common.name() == null ? "" : " (" + common.name() + ")");
    resolver.at(where);
    Long limit = common.within() == null ? null : resolver.nanos(common.within(), "within");
    Bound bound = act(step, path, where);
    resolver.at(where);
    long within = Math.min(bound.limit(), limit == null ? Long.MAX_VALUE : limit);
    if (bound.size().expected() > within) {
      resolver.problem(
          "within",
          Words.nanos(within)
              + " is too short: the step takes "
              + Words.nanos(bound.size().expected()));
    }
    return new Work(
        path,
        common.name() == null ? step.toString() : common.name(),
        within,
        common.onFailure(),
        bound.act(),
        bound.size().tried(common.onFailure().retries() + 1L, within));
  }

  /** What a step does, how much that is, and what limit that has by itself, ns. */
  private record Bound(Work.Act act, Size size, long limit) {
    Bound(Work.Act act, Size size) {
      this(act, size, Long.MAX_VALUE);
    }
  }

  private Bound act(Step step, String path, String where) {
    if (step instanceof Step.Assign assign) {
      return assign(assign);
    }
    if (step instanceof Step.Until until) {
      return until(until);
    }
    if (step instanceof Step.Pulse pulse) {
      return pulse(pulse);
    }
    if (step instanceof Step.Wait wait) {
      long time = known(resolver.nanos(wait.time(), "wait"));
      return new Bound(new Work.Wait(time), Size.of(time, time));
    }
    Step.Repeat repeat = (Step.Repeat) step;
    long times = known(resolver.count(repeat.times(), "repeat"));
    List<Work> steps = steps(repeat.steps(), path + ".");
    resolver.at(where);
    return new Bound(new Work.Repeat(times, steps), sum(steps).times(times));
  }

  private Bound pulse(Step.Pulse pulse) {
    Object on = null;
    Object off = null;
    if (fit.isThere(pulse.tag(), "pulse.tag")) {
      on = fit.written(pulse.tag(), pulse.on(), "pulse.on");
      off = fit.written(pulse.tag(), pulse.off(), "pulse.off");
    }
    if (on != null && on.equals(off)) {
      resolver.problem("pulse.off", Words.value(off) + " is the same as on");
    }
    long time = known(resolver.nanos(pulse.time(), "pulse.for"));
    Work.Timed timed = fit.timed(pulse.tag(), off, time, "pulse.for");
    long longest = timed == null ? time : time + timed.within();
    return new Bound(new Work.Pulse(pulse.tag(), on, off, time, timed), Size.of(time, longest));
  }

  private Bound assign(Step.Assign assign) {
    List<Work.Assignment> writes = new ArrayList<>();
    assign
        .writes()
        .forEach(
            (tag, value) ->
                writes.add(new Work.Assignment(tag, fit.written(tag, value, "set." + tag))));
    return new Bound(new Work.Assign(writes), Size.of(0, 0));
  }

  private Bound until(Step.Until until) {
    Criterion criterion = fit.shown(until.condition(), "until.");
    long hold = until.hold() == null ? 0 : known(resolver.nanos(until.hold(), "until.hold"));
    Long within = until.within() == null ? null : resolver.nanos(until.within(), "until.within");
    if (within != null && within < hold) {
      resolver.problem(
          "until.within",
          Words.nanos(within) + " is too short: hold alone takes " + Words.nanos(hold));
    }
    if (until.within() == null && until.common().within() == null) {
      resolver.problem(
          "until.within", "is missing: how long to wait at most, such as within = \"10m\"");
    }
    long limit = within == null ? Long.MAX_VALUE : within;
    // A hold longer than its limit has been reported already.
    return new Bound(new Work.Until(criterion, hold), Size.of(Math.min(hold, limit), limit), limit);
  }

  private static long known(Long number) {
    return number == null ? 0 : number;
  }
}
