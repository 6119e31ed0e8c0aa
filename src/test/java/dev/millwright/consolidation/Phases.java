package dev.millwright.consolidation;

import java.util.List;

/** Phases made up for tests. */
final class Phases {

  /** A check and a verification that find nothing. */
  static final String NO_REASON = "SELECT '' AS reason WHERE false";

  static final String NO_DIFFERENCE =
      "SELECT '' AS subject, '' AS expected, '' AS actual WHERE false";

  private Phases() {}

  static Phase phase(String name, String preview, String apply, String rollback, String... tables) {
    return new Phase(name, "", NO_REASON, preview, apply, NO_DIFFERENCE, rollback, List.of(tables));
  }

  /** A phase that does something else in the end. */
  static Phase withMore(Phase phase, String apply) {
    return new Phase(
        phase.name(),
        phase.lock(),
        phase.check(),
        phase.preview(),
        phase.apply() + "; " + apply,
        phase.verify(),
        phase.rollback(),
        phase.tables());
  }
}
