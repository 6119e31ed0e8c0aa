package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.Phase;
import java.util.List;
import java.util.Map;

/** How a simulated ASCII machine talks. */
public enum Dialect {
  /** One query, {@code STATUS?}, answered with every value in one line, states as words. */
  STATUS("\r\n") {
    @Override
    String answer(String query, Appearance shown) {
      return query.equals("STATUS?") ? report(shown) : null;
    }

    private String report(Appearance shown) {
      return "STATE=%s;RECIPE=%s;COUNT=%d;FAULT=%s;COMPONENT=%s\r\n"
          .formatted(
              WORDS.get(shown.phase()),
              shown.recipe(),
              shown.cycle(),
              shown.fault(),
              shown.component());
    }
  },

  /** A query per value, {@code ST? CN? RC? FT? FC?}, the state as a number. */
  REGISTERS("\r") {
    @Override
    String answer(String query, Appearance shown) {
      return switch (query) {
        case "ST?" -> "ST " + shown.phase().code() + "\r";
        case "CN?" -> "CN " + shown.cycle() + "\r";
        case "RC?" -> "RC " + shown.recipe() + "\r";
        case "FT?" -> "FT " + shown.fault() + "\r";
        case "FC?" -> "FC " + shown.component() + "\r";
        default -> null;
      };
    }

    @Override
    List<String> commands() {
      return List.of("RC=", "GO=1", "HA=1", "RS=1", "AK=", "VA=", "MX=");
    }
  },

  /** Unasked: one line with every value on each change, and every second. */
  STREAM("\n") {
    @Override
    String answer(String query, Appearance shown) {
      return null;
    }

    @Override
    String unasked(Appearance shown) {
      return "$%s,%d,%d,%s,%s,%s\n"
          .formatted(
              shown.machine(),
              shown.phase().code(),
              shown.cycle(),
              shown.recipe(),
              shown.fault(),
              shown.component());
    }
  };

  private static final Map<Phase, String> WORDS =
      Map.of(
          Phase.IDLE, "IDLE",
          Phase.PROCESSING, "RUN",
          Phase.COMPLETE, "DONE",
          Phase.STOPPED, "STOP",
          Phase.ERROR, "FAULT");

  private final String queryEnd;

  Dialect(String queryEnd) {
    this.queryEnd = queryEnd;
  }

  /** How {@link Controls#TAGS} are written, in their order. */
  List<String> commands() {
    return List.of("SELECT ", "START", "STOP", "RESET", "ACK ", "VALVE ", "MIXER ");
  }

  /**
   * Does what the machine is told, and says {@code OK} or {@code ERR} with a reason. {@code START
   * R42} selects and starts; a bit that keeps what is written is asked for with a question mark.
   *
   * @return null to what the machine does not understand
   */
  String obey(String line, Panel panel) {
    List<String> commands = commands();
    for (String tag : Controls.KEPT) {
      String command = commands.get(Controls.TAGS.indexOf(tag));
      String bit = command.substring(0, command.length() - 1);
      if (line.equals(bit + "?")) {
        return bit + " " + (panel.isOn(tag) ? 1 : 0) + queryEnd;
      }
    }
    for (int i = 0; i < commands.size(); i++) {
      if (line.startsWith(commands.get(i))) {
        String tag = Controls.TAGS.get(i);
        return said(press(panel, tag, line.substring(commands.get(i).length()).strip()));
      }
    }
    return null;
  }

  private static Controls.Refusal press(Panel panel, String tag, String value) {
    return switch (tag) {
      case Controls.RECIPE -> panel.write(tag, value);
      case Controls.ACK, Controls.VALVE, Controls.MIXER -> panel.write(tag, value.equals("1"));
      default -> {
        Controls.Refusal refusal = value.isEmpty() ? null : panel.write(Controls.RECIPE, value);
        yield refusal == null ? panel.write(tag, true) : refusal;
      }
    };
  }

  private String said(Controls.Refusal refusal) {
    return (refusal == null ? "OK" : "ERR " + refusal.name().replace('_', ' ')) + queryEnd;
  }

  /** What ends a query. */
  String queryEnd() {
    return queryEnd;
  }

  /** The whole answer, with its end; null to what the machine does not understand. */
  abstract String answer(String query, Appearance shown);

  /** What the machine says of its own accord, with its end; null when it only answers. */
  String unasked(Appearance shown) {
    return null;
  }
}
