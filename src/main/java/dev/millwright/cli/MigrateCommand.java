package dev.millwright.cli;

import dev.millwright.consolidation.Difference;
import dev.millwright.consolidation.Phase;
import dev.millwright.consolidation.PhasePlan;
import dev.millwright.consolidation.PhaseResult;
import dev.millwright.consolidation.PhaseStatus;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.daemon.Logging;
import dev.millwright.settings.Similar;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Changes a database's schema by a plan, phase by phase; each phase is one transaction.",
      "  plan      shows what apply would do, with the SQL",
      "  apply     applies what is not applied yet",
      "  verify    compares the database with the plan; exit code 1 when they differ",
      "  rollback  undoes the phases after --to, or all",
      "  status    shows where each phase stands"
    },
    footer = {
      "",
      "Example: millwright migrate apply --plan schema --database jdbc:postgresql://localhost/plant"
    })
final class MigrateCommand implements Callable<Integer> {

  private static final int WIDTH = 120;

  enum Action {
    PLAN,
    APPLY,
    VERIFY,
    ROLLBACK,
    STATUS
  }

  /** As they are written on the command line, also in what is said of a wrong one. */
  private static final class ActionWord implements ITypeConverter<Action> {
    @Override
    public Action convert(String text) {
      for (Action action : Action.values()) {
        if (word(action).equals(text)) {
          return action;
        }
      }
      List<String> words = Stream.of(Action.values()).map(MigrateCommand::word).toList();
      throw new TypeConversionException(
          "'" + text + "' is none of " + String.join(", ", words) + Similar.hint(text, words));
    }
  }

  @Parameters(
      paramLabel = "ACTION",
      converter = ActionWord.class,
      description = "plan, apply, verify, rollback or status.")
  private Action action;

  @Option(
      names = "--plan",
      required = true,
      paramLabel = "NAME",
      description = "Which plan: schema.")
  private String name;

  @Option(
      names = "--to",
      paramLabel = "PHASE",
      description = "The phase that is the last one applied afterwards. Default: all the way.")
  private String to;

  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    Plan plan = knownPlan();
    return database.ask(spec.commandLine().getErr(), asked -> run(new PlanRunner(asked), plan));
  }

  /** A name that is not known is a matter of the command line, not of the database. */
  private Plan knownPlan() throws PlanException, Failure {
    if (!Plan.names().contains(name)) {
      String plans = String.join(", ", Plan.names());
      throw new Failure(
          Exit.USAGE, "--plan: there is no plan \"" + name + "\"; there are: " + plans);
    }
    Plan plan = Plan.load(name);
    List<String> phases = plan.phases().stream().map(Phase::name).toList();
    if (to != null && !phases.contains(to)) {
      throw new Failure(
          Exit.USAGE,
          "--to: plan "
              + name
              + " has no phase \""
              + to
              + "\""
              + Similar.hint(to, phases)
              + "; it has: "
              + String.join(", ", phases));
    }
    return plan;
  }

  private int run(PlanRunner runner, Plan plan) throws PlanException {
    return switch (action) {
      case PLAN -> plan(runner.plan(plan, to));
      case APPLY -> done(runner.apply(plan, to));
      case VERIFY -> verify(runner.verify(plan, to));
      case ROLLBACK -> done(runner.rollback(plan, to));
      case STATUS -> status(runner.status(plan));
    };
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private int plan(List<PhasePlan> phases) throws PlanException {
    for (PhasePlan phase : phases) {
      out().println("-- phase " + phase.phase().name() + ": " + word(phase.state()));
      if (phase.state() == PhaseStatus.State.PENDING) {
        phase.reasons().forEach(reason -> out().println("-- cannot be applied: " + reason));
        out().println(phase.phase().apply());
      }
    }
    long pending = phases.stream().filter(p -> p.state() == PhaseStatus.State.PENDING).count();
    out()
        .println(
            pending == 0
                ? "-- nothing to do: every phase is applied"
                : "-- "
                    + pending
                    + (pending == 1 ? " phase" : " phases")
                    + " to apply: millwright migrate apply --plan "
                    + name);
    boolean refused = phases.stream().anyMatch(phase -> !phase.reasons().isEmpty());
    return refused ? Exit.DIFFERENT : Exit.OK;
  }

  private int done(List<PhaseResult> results) {
    results.forEach(result -> out().println(result.phase() + "  " + word(result.done())));
    return Exit.OK;
  }

  private int verify(List<Difference> differences) {
    if (differences.isEmpty()) {
      out().println("the database is as plan " + name + " makes it");
      return Exit.OK;
    }
    Table table = new Table("SUBJECT", "EXPECTED", "ACTUAL");
    differences.forEach(d -> table.add(d.subject(), d.expected(), d.actual()));
    table.lines(WIDTH).forEach(out()::println);
    out()
        .println(
            differences.size()
                + (differences.size() == 1 ? " difference" : " differences")
                + " from plan "
                + name);
    return Exit.DIFFERENT;
  }

  private int status(List<PhaseStatus> statuses) {
    Table table = new Table("PHASE", "STATE", "APPLIED AT", "BY");
    statuses.forEach(
        s ->
            table.add(
                s.phase(),
                word(s.state()),
                s.applied() == null ? null : Times.local(s.applied().at()),
                s.applied() == null ? null : s.applied().by()));
    table.lines().forEach(out()::println);
    return Exit.OK;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
