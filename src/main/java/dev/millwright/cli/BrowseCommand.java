package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.daemon.Logging;
import dev.millwright.device.opcua.Seen;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "browse",
    mixinStandardHelpOptions = true,
    description =
        "Shows what is on an OPC UA server, with node ids as a machine's file takes them. Only"
            + " reads.",
    footer = {
      "",
      "Example: millwright browse opc.tcp://10.0.0.5 --security None",
      "         millwright browse opc.tcp://10.0.0.5 'nsu=urn:press;s=Press' --security None --depth 2"
    })
final class BrowseCommand implements Callable<Integer> {

  private static final int MAX_DEPTH = 30;

  @Mixin private ServerOption server;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many levels below the node, 0 to 30. Default: ${DEFAULT-VALUE}")
  private int depth;

  @Option(names = "--json", description = "One JSON object for each node, one a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (depth < 0 || depth > MAX_DEPTH) {
      throw new Failure(Exit.USAGE, "--depth: " + depth + " is not between 0 and " + MAX_DEPTH);
    }
    Logging.startQuiet();
    PrintWriter out = spec.commandLine().getOut();
    Seen root = server.tree(depth, spec.commandLine().getErr());
    if (json) {
      print(root, null, out);
    } else {
      Table table = new Table("NAME", "CLASS", "TYPE", "ACCESS", "VALUE", "NODE");
      add(root, 0, table);
      table.lines(Terminal.width()).forEach(out::println);
    }
    return Exit.OK;
  }

  private static void add(Seen seen, int level, Table table) {
    table.add(
        "  ".repeat(level) + seen.name(),
        seen.nodeClass(),
        seen.type(),
        seen.access(),
        value(seen),
        seen.note() == null ? seen.node() : seen.node() + "  " + seen.note());
    seen.below().forEach(child -> add(child, level + 1, table));
  }

  /** The present value; of a bad one why there is none. */
  static String value(Seen seen) {
    if (seen.value() == null) {
      return null;
    } else if (seen.value().value() == null) {
      return "(" + seen.value().why() + ")";
    }
    return seen.value().value() instanceof String text
        ? '"' + text.replaceAll("\\p{Cntrl}", "?") + '"'
        : seen.value().text();
  }

  private static void print(Seen seen, String parent, PrintWriter out) {
    JsonObject line = new JsonObject();
    line.addProperty("node", seen.node());
    line.addProperty("parent", parent);
    line.addProperty("name", seen.name());
    line.addProperty("class", seen.nodeClass());
    line.addProperty("type", seen.type());
    line.addProperty("type_namespace", seen.typeUri());
    line.addProperty("access", seen.access());
    if (seen.value() != null) {
      line.add("value", Look.primitive(seen.value().value()));
      line.addProperty("quality", seen.value().quality().name().toLowerCase(Locale.ROOT));
      line.addProperty("why", seen.value().why());
    }
    line.addProperty("note", seen.note());
    out.println(Json.of(line));
    seen.below().forEach(child -> print(child, seen.node(), out));
  }
}
