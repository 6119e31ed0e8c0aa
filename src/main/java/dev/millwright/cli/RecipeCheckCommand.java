package dev.millwright.cli;

import dev.millwright.config.MachineSettings;
import dev.millwright.config.Mistake;
import dev.millwright.config.RecipeFile;
import dev.millwright.config.TagKinds;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Tells which machines recipes fit: whether these have the tags, of the right type and range,"
          + " and let them be written. Contacts no machine.",
      "Exit code 0: each fits. 1: one does not fit the machine, or no machine at all."
    },
    footer = {
      "",
      "Example: millwright recipe check",
      "         millwright recipe check R42 --machine REACTOR-01",
      "         millwright recipe check new/r42.toml --machine REACTOR-01"
    })
final class RecipeCheckCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "NAME|FILE",
      arity = "0..1",
      description = "A recipe of the configuration, or a file. All where it is left out.")
  private String word;

  @Mixin private RecipeOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    MachineSettings machine = option.machine(err);
    List<RecipeFile> recipes = option.recipes(word, err);
    return machine == null
        ? checkAll(recipes, option.machines(err))
        : check(recipes, machine, spec.commandLine().getOut());
  }

  private int check(List<RecipeFile> recipes, MachineSettings machine, PrintWriter out) {
    List<Mistake> mistakes = new ArrayList<>();
    for (RecipeFile recipe : recipes) {
      List<Mistake> its = recipe.mistakes(TagKinds.of(machine));
      String fits = its.isEmpty() ? " fits " : " does not fit ";
      out.println(recipe.recipe().name() + fits + machine.serialNumber());
      mistakes.addAll(its);
    }
    mistakes.forEach(spec.commandLine().getErr()::println);
    return mistakes.isEmpty() ? Exit.OK : Exit.DIFFERENT;
  }

  private int checkAll(List<RecipeFile> recipes, List<MachineSettings> machines) {
    PrintWriter out = spec.commandLine().getOut();
    List<MachineSettings> stepped = RecipeFits.stepped(machines);
    // Where none is stepped yet, all that have the tags could be.
    List<MachineSettings> candidates = stepped.isEmpty() ? machines : stepped;
    Table table = new Table("RECIPE", "FITS", "HASH", "FILE");
    boolean each = true;
    for (RecipeFile recipe : recipes) {
      String fits = RecipeFits.names(candidates, recipe);
      boolean none = fits.isEmpty() && !candidates.isEmpty();
      each &= !none;
      table.add(
          recipe.recipe().name(),
          candidates.isEmpty() ? null : none ? "no machine" : fits,
          recipe.recipe().hash().substring(0, RecipeShowCommand.SHOWN_HASH),
          recipe.file());
    }
    table.lines().forEach(out::println);
    if (!each) {
      spec.commandLine()
          .getErr()
          .println("why a recipe does not fit a machine: millwright recipe check NAME --machine M");
    }
    return each ? Exit.OK : Exit.DIFFERENT;
  }
}
