package dev.millwright.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Starts a recipe on a machine, and waits until it has ended. Also while the database is"
            + " away. To stop it, use stop: to end this command stops nothing.",
    footer = {
      "",
      "Exit codes: 0 completed, 1 refused or failed, 69 no daemon answers, 77 no permission.",
      "Example: millwright start PRESS-01 --recipe R42 --set cycles=5 --operator Kim"
    })
final class StartCommand extends MachineCommand {

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description = "Which recipe. Needed where the machine knows more than one.")
  private String recipe;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "A parameter of the recipe: true, false, a number or a text. A text that looks like a"
              + " number stands in double quotes: --set 'lot=\"7\"'. May be repeated.")
  private List<String> parameters = List.of();

  @Option(
      names = "--batch",
      paramLabel = "ID",
      description = "The batch that the run is part of (ISA-88); 1 to 100 characters.")
  private String batch;

  StartCommand() {
    super("start_recipe");
  }

  @Override
  String batch() {
    return batch;
  }

  @Override
  JsonObject parameters() throws Failure {
    JsonObject values = new JsonObject();
    for (String parameter : parameters) {
      int at = parameter.indexOf('=');
      String name = at < 1 ? null : parameter.substring(0, at);
      if (name == null || values.has(name)) {
        throw new Failure(
            Exit.USAGE,
            "--set "
                + parameter
                + (name == null
                    ? ": it is NAME=VALUE, such as --set cycles=5"
                    : ": " + name + " is set twice"));
      }
      values.add(name, value(parameter.substring(at + 1)));
    }
    JsonObject all = new JsonObject();
    if (recipe != null) {
      all.addProperty("recipe", recipe);
    }
    if (!values.isEmpty()) {
      all.add("parameters", values);
    }
    return all;
  }

  private static JsonElement value(String text) {
    if (text.matches("true|false|-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?|\".*\"")) {
      try {
        return JsonParser.parseString(text);
      } catch (JsonParseException e) {
        // 007 and "a"b" are texts.
        return new JsonPrimitive(text);
      }
    }
    return new JsonPrimitive(text);
  }
}
