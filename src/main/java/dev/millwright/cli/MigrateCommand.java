package dev.millwright.cli;

import dev.millwright.consolidation.Difference;
import dev.millwright.consolidation.ForeignWriter;
import dev.millwright.consolidation.Phase;
import dev.millwright.consolidation.PhaseResult;
import dev.millwright.consolidation.PhaseStatus;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.PlanOptions;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.consolidation.SchemaCheck;
import dev.millwright.daemon.Logging;
import dev.millwright.settings.Similar;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Changes a database's schema by a plan, phase by phase; each phase is one transaction.",
      "  plan      shows what apply would change now; with --sql how",
      "  apply     applies what is not applied yet",
      "  verify    compares the database with the plan; exit code 1 when they differ",
      "  rollback  undoes the phases after --to, or all",
      "  status    shows where each phase stands",
      "  report    tells in Markdown what was done, value by value",
      "  roles     gives each host a database role that reaches its own machines only"
    },
    subcommands = MigrateRolesCommand.class,
    footer = {
      "",
      "Example: millwright migrate apply --plan schema --database jdbc:postgresql://localhost/plant"
    })
final class MigrateCommand implements Callable<Integer> {

  private static final String RECIPES = "recipes";

  enum Action {
    PLAN,
    APPLY,
    VERIFY,
    ROLLBACK,
    STATUS,
    REPORT
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

  // Neither is required by its declaration: subcommand roles needs none of them.
  @Parameters(
      arity = "0..1",
      paramLabel = "ACTION",
      converter = ActionWord.class,
      description = "plan, apply, verify, rollback, status or report.")
  private Action action;

  @Option(
      names = "--plan",
      paramLabel = "NAME",
      description =
          "Which plan: schema, consolidation, functions, recipes; or the folder of one of your own, with a / in it.")
  private String name;

  @Option(
      names = "--to",
      paramLabel = "PHASE",
      description = "The phase that is the last one applied afterwards. Default: all the way.")
  private String to;

  @Option(names = "--sql", description = "plan: the SQL instead of the values.")
  private boolean sql;

  @Option(names = "--all", description = "plan: every value, not only the first ones.")
  private boolean all;

  @Option(names = "--json", description = "status, verify: one JSON object a line, for programs.")
  private boolean json;

  @Option(
      names = "--to-file",
      paramLabel = "FILE",
      description = "report: where to write it; there must be no such file yet.")
  private Path file;

  @Option(
      names = "--role",
      paramLabel = "NAME",
      description = "verify --plan schema: whose rights to check. Default: the current user's.")
  private String role;

  @Mixin private DecisionOptions decisions;
  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    if (action == null || name == null) {
      throw new ParameterException(
          spec.commandLine(),
          action == null
              ? "which action? plan, apply, verify, rollback, status, report or roles"
              : "Missing required option: '--plan=NAME'");
    }
    checkOptions();
    PlanOptions options = decisions.options();
    Plan plan = knownPlan();
    return database.askAtLength(
        spec.commandLine().getErr(), asked -> run(asked, new PlanRunner(asked, options), plan));
  }

  /** An option that does nothing would be taken for one that did. */
  private void checkOptions() throws Failure {
    goesWith("--sql", sql, Action.PLAN);
    goesWith("--all", all, Action.PLAN);
    goesWith("--json", json, Action.STATUS, Action.VERIFY);
    goesWith("--role", role != null, Action.VERIFY);
    goesWith("--to-file", file != null, Action.REPORT);
    goesWith(
        "--map, --soak and --force", decisions.given(), Action.PLAN, Action.APPLY, Action.ROLLBACK);
    goesWith("--to", to != null, Action.PLAN, Action.APPLY, Action.ROLLBACK, Action.VERIFY);
    if (role != null && (!isSchema() || to != null)) {
      throw new Failure(
          Exit.USAGE,
          "--role: rights are those that the whole of plan schema needs: leave --to out");
    }
  }

  private void goesWith(String option, boolean given, Action... actions) throws Failure {
    if (given && !List.of(actions).contains(action)) {
      throw new Failure(
          Exit.USAGE,
          option
              + ": of no use to migrate "
              + word(action)
              + "; it is for "
              + Stream.of(actions).map(MigrateCommand::word).collect(Collectors.joining(", ")));
    }
  }

  /** A name that is not known is a matter of the command line, not of the database. */
  private Plan knownPlan() throws PlanException, Failure {
    boolean own = name.contains("/");
    if (!own && !Plan.names().contains(name)) {
      String plans = String.join(", ", Plan.names());
      throw new Failure(
          Exit.USAGE, "--plan: there is no plan \"" + name + "\"; there are: " + plans);
    }
    Plan plan = own ? ownPlan() : Plan.load(name);
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

  private Plan ownPlan() throws Failure {
    try {
      return Plan.load(Path.of(name));
    } catch (PlanException e) {
      throw new Failure(Exit.USAGE, "--plan: " + name + ": " + e.getMessage());
    }
  }

  private int run(DataSource asked, PlanRunner runner, Plan plan)
      throws PlanException, IOException, Failure {
    return switch (action) {
      case PLAN -> plan(runner, plan);
      case APPLY -> done(runner.apply(plan, to));
      case VERIFY -> verify(differences(asked, runner, plan));
      case ROLLBACK -> done(runner.rollback(plan, to));
      case STATUS -> {
        int code = status(asked, runner.status(plan));
        if (!json) {
          tellOlder(runner, plan);
        }
        yield code;
      }
      case REPORT -> report(runner, plan);
    };
  }

  private int plan(PlanRunner runner, Plan plan) throws PlanException {
    int code = new PlanView(runner, name, out()).show(plan, to, sql, all);
    tellOlder(runner, plan);
    return code;
  }

  /** What a database lacks that was consolidated before there were recipes. */
  private void tellOlder(PlanRunner runner, Plan plan) throws PlanException {
    boolean older =
        name.equals("consolidation")
            && runner.status(plan).stream().anyMatch(s -> s.state() == PhaseStatus.State.CHANGED)
            && runner.status(Plan.load(RECIPES)).stream()
                .allMatch(s -> s.state() == PhaseStatus.State.PENDING)
            && !runner.verify(Plan.load(RECIPES)).isEmpty();
    if (older) {
      out()
          .println(
              "consolidated by an older version, without what recipes and their commands need:"
                  + " millwright migrate apply --plan recipes adds it");
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private int done(List<PhaseResult> results) {
    for (PhaseResult result : results) {
      out().println(result.phase() + "  " + word(result.done()));
      result.notes().forEach(note -> out().println("  " + note));
    }
    return Exit.OK;
  }

  /** With the whole plan schema goes what the daemon's role needs: as the daemon checks itself. */
  private List<Difference> differences(DataSource asked, PlanRunner runner, Plan plan)
      throws PlanException {
    List<Difference> differences = new ArrayList<>(runner.verify(plan, to));
    if (isSchema() && to == null) {
      // Whoever names a role asks for all that a daemon may need: also that it takes commands.
      Set<SchemaCheck.Also> also = role == null ? Set.of() : Set.of(SchemaCheck.Also.COMMANDS);
      differences.addAll(SchemaCheck.lacking(asked, also, role));
    }
    return differences;
  }

  private boolean isSchema() {
    return name.equals("schema");
  }

  private int verify(List<Difference> differences) {
    List<String> lines =
        json
            ? PhaseView.differencesAsJson(name, differences)
            : PhaseView.differences(name, differences);
    lines.forEach(out()::println);
    return differences.isEmpty() ? Exit.OK : Exit.DIFFERENT;
  }

  private int status(DataSource asked, List<PhaseStatus> statuses) throws PlanException {
    (json ? PhaseView.json(name, statuses) : PhaseView.table(statuses)).forEach(out()::println);
    if (name.equals("consolidation")) {
      List<ForeignWriter> writers = ForeignWriter.read(asked);
      (json ? ForeignWriterView.json(writers) : ForeignWriterView.table(writers, Instant.now()))
          .forEach(out()::println);
    }
    return Exit.OK;
  }

  private int report(PlanRunner runner, Plan plan) throws PlanException, IOException, Failure {
    if (file == null) {
      new MigrationReport(runner, plan, name, out()).write(Instant.now());
      return Exit.OK;
    }
    try (PrintWriter to =
        new PrintWriter(Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW))) {
      new MigrationReport(runner, plan, name, to).write(Instant.now());
      if (to.checkError()) {
        throw new FileSystemException(file.toString(), null, "the report could not be written");
      }
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          Exit.IO_ERROR,
          "--to-file: " + file + " is there already, and is not overwritten; name another");
    } catch (PlanException | IOException e) {
      // Half a report looks like a whole one.
      Files.deleteIfExists(file);
      throw e;
    }
    return Exit.OK;
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
