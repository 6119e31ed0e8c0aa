package dev.millwright.cli;

import dev.millwright.config.MachineSettings;
import dev.millwright.config.RecipeFile;
import dev.millwright.config.TagKinds;
import dev.millwright.recipe.Parameter;
import dev.millwright.recipe.Precondition;
import dev.millwright.recipe.Problem;
import dev.millwright.recipe.Program;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.RecipeException;
import dev.millwright.recipe.Step;
import dev.millwright.recipe.TagKind;
import dev.millwright.settings.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "Shows a recipe: its parameters, what has to be true before, its steps, and how long it"
          + " takes. Contacts no machine.",
      "Exit code 1: it cannot run with these parameters, or on this machine."
    },
    footer = {
      "",
      "Example: millwright recipe show R42",
      "         millwright recipe show R42 --set temperature=70 --machine REACTOR-01"
    })
final class RecipeShowCommand implements Callable<Integer> {

  /** Enough to tell two versions apart. */
  static final int SHOWN_HASH = 12;

  @Parameters(paramLabel = "NAME|FILE", description = "A recipe of the configuration, or a file.")
  private String word;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A parameter's value; its default where it is left out.")
  private Map<String, String> given = new LinkedHashMap<>();

  @Mixin private RecipeOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    RecipeFile file = option.recipes(word, err).get(0);
    MachineSettings machine = option.machine(err);
    Recipe recipe = file.recipe();
    out.println(recipe.name() + "  " + file.file());
    out.println("hash      " + recipe.hash());
    Map<String, TagKind> tags = machine == null ? null : TagKinds.of(machine);
    int code = estimate(recipe, tags);
    parameters(recipe, out);
    preconditions(recipe, out);
    out.println("steps");
    steps(recipe.steps(), "", "  ", out);
    return code;
  }

  private int estimate(Recipe recipe, Map<String, TagKind> tags) throws Failure {
    Map<String, Object> values = values(recipe);
    String missing = missing(recipe, given);
    if (missing != null) {
      spec.commandLine()
          .getOut()
          .println("takes     depends on %s; give --set %1$s=VALUE".formatted(missing));
      return told(recipe, recipe.problems(tags));
    }
    try {
      Program program = recipe.bind(values, tags);
      String steps = program.steps() == 1 ? "1 step" : program.steps() + " steps";
      spec.commandLine()
          .getOut()
          .println(
              "takes     "
                  + words(program.estimate())
                  + ", at most "
                  + words(program.longest())
                  + "; "
                  + steps);
      return Exit.OK;
    } catch (RecipeException e) {
      return told(recipe, e.problems());
    }
  }

  /** How long it takes with the parameters' defaults; or which parameter that depends on. */
  static String estimate(Recipe recipe) {
    String missing = missing(recipe, Map.of());
    if (missing != null) {
      return "depends on " + missing;
    }
    try {
      return words(recipe.bind(Map.of(), null).estimate());
    } catch (RecipeException e) {
      return e.problems().get(0).toString();
    }
  }

  private int told(Recipe recipe, List<Problem> problems) {
    PrintWriter err = spec.commandLine().getErr();
    problems.forEach(problem -> err.println(recipe.name() + ": " + problem));
    return problems.isEmpty() ? Exit.OK : Exit.DIFFERENT;
  }

  /** The first parameter that a start would have to give; null for none. */
  private static String missing(Recipe recipe, Map<String, String> given) {
    return recipe.parameters().entrySet().stream()
        .filter(its -> its.getValue().preset() == null && !given.containsKey(its.getKey()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private Map<String, Object> values(Recipe recipe) throws Failure {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : given.entrySet()) {
      Parameter parameter = recipe.parameters().get(entry.getKey());
      try {
        String text = entry.getValue();
        values.put(entry.getKey(), parameter == null ? text : parameter.parse(text));
      } catch (IllegalArgumentException e) {
        throw new Failure(Exit.USAGE, "--set " + entry.getKey() + ": " + e.getMessage());
      }
    }
    return values;
  }

  /** A time of any length; without limits a run has none. */
  private static String words(Duration time) {
    return time.compareTo(Duration.ofDays(3650)) > 0
        ? "nobody knows how long"
        : Durations.words(time);
  }

  private static void parameters(Recipe recipe, PrintWriter out) {
    if (recipe.parameters().isEmpty()) {
      return;
    }
    out.println("parameters");
    Table table = new Table("  NAME", "TYPE", "RANGE", "DEFAULT");
    recipe
        .parameters()
        .forEach(
            (name, its) ->
                table.add(
                    "  " + name,
                    its.type().name().toLowerCase(Locale.ROOT),
                    its.range(),
                    its.preset() instanceof Duration time ? Durations.words(time) : its.preset()));
    table.lines().forEach(out::println);
  }

  private static void preconditions(Recipe recipe, PrintWriter out) {
    if (!recipe.preconditions().isEmpty()) {
      out.println("preconditions");
    }
    for (Precondition precondition : recipe.preconditions()) {
      String advice = precondition.advice() == null ? "" : "  (" + precondition.advice() + ")";
      out.println("  " + precondition.condition() + advice);
    }
  }

  private static void steps(List<Step> steps, String path, String indent, PrintWriter out) {
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Step.Common common = step.common();
      StringBuilder line = new StringBuilder(indent).append(path).append(i + 1).append("  ");
      line.append(common.name() == null ? "" : common.name() + ": ").append(step);
      if (step instanceof Step.Until until && until.within() != null) {
        line.append(", within ").append(until.within());
      }
      line.append(common.within() == null ? "" : ", within " + common.within());
      String then = common.onFailure().toString();
      line.append(then.equals("stop") ? "" : ", on failure " + then);
      out.println(line);
      if (step instanceof Step.Repeat repeat) {
        steps(repeat.steps(), path + (i + 1) + ".", indent + "  ", out);
      }
    }
  }
}
