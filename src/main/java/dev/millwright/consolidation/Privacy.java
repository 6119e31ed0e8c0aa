package dev.millwright.consolidation;

/** Keeps new tables to their owner, whatever a site's default privileges give to others. */
final class Privacy {

  private Privacy() {}

  /** The SQL for a table that was just made, as plans have it. */
  static String of(String table) {
    return "SELECT set_config('millwright.made', '"
        + table
        + "', true);\n"
        + Plan.shared("schema/private.sql");
  }
}
