package dev.millwright.runtime;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Order;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * What somebody wants a machine to do.
 *
 * @param id names the command, in table recipe_commands and in the history
 * @param kind what to do
 * @param process the run that is meant; null for whichever is under way
 * @param recipe the recipe to start; null for the machine's only one, and for other kinds
 * @param parameters the recipe's parameters by name: a {@link Boolean}, {@link Long}, finite {@link
 *     Double} or {@link String} each
 * @param batch the batch that the run is part of (ISA-88 batch id); null for none
 * @param origin who asked
 */
public record Command(
    UUID id,
    Kind kind,
    UUID process,
    String recipe,
    Map<String, Object> parameters,
    String batch,
    Origin origin) {

  /** What can be asked for. */
  public enum Kind {
    START,
    STOP,
    RESET,
    HOLD,
    UNHOLD
  }

  /** By which way it came. */
  public enum Source {
    /** Table recipe_commands. */
    TABLE,
    /** The control socket. */
    CONTROL,
    /** The machine's own panel. */
    PANEL
  }

  /**
   * Who asked, and why.
   *
   * @param operator a name; null where nobody gave one
   * @param reason in words; null where nobody gave one
   */
  public record Origin(Source source, String operator, String reason) {
    public Origin {
      Objects.requireNonNull(source, "source");
    }
  }

  public Command {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(origin, "origin");
    parameters = Map.copyOf(parameters);
  }

  /** Why what people write is longer than can be kept; null when it is not. */
  String tooLong() {
    boolean fits =
        fits(origin.operator(), Order.MAX_OPERATOR)
            && fits(origin.reason(), Order.MAX_REASON)
            && fits(batch, Detail.MAX_BATCH);
    return fits
        ? null
        : "an operator has "
            + Order.MAX_OPERATOR
            + " characters at most, a reason "
            + Order.MAX_REASON
            + ", a batch "
            + Detail.MAX_BATCH;
  }

  private static boolean fits(String text, int most) {
    return text == null || text.length() <= most;
  }
}
