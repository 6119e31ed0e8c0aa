package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.device.opcua.Seen;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "discover",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a machine's file to start from, from what is on an OPC UA server: PackML and OPC UA for"
          + " Machinery are known by their types, other machines are guessed by name and type.",
      "What a person has to fill in is marked FILL IN; until then 'millwright check' refuses the file."
    },
    footer = {
      "",
      "Example: millwright discover opc.tcp://10.0.0.5 --security None > machines/press-01.toml",
      "         millwright discover opc.tcp://10.0.0.5 'nsu=urn:press;s=Press' --security None"
    })
final class DiscoverCommand implements Callable<Integer> {

  /**
   * Machines are not deeper: Objects, DeviceSet, a line, a machine, building blocks, a variable.
   */
  private static final int DEPTH = 8;

  @Mixin private ServerOption server;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    Seen root = server.tree(DEPTH, spec.commandLine().getErr());
    Suggestion suggestion = Suggestion.of(root);
    suggestion.lines(server.url(), server.table()).forEach(spec.commandLine().getOut()::println);
    if (!suggestion.isAnything()) {
      spec.commandLine()
          .getErr()
          .println(
              "nothing here looks like a machine's state; what there is stands in the comments");
      return Exit.DIFFERENT;
    }
    return Exit.OK;
  }
}
