package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Phase;
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
