package dev.millwright.config;

import java.util.Set;

/** Tells keys that name a tag which is not there, or shows nothing. */
final class TagNames {

  private final Report report;

  TagNames(Report report) {
    this.report = report;
  }

  /**
   * The tag has a table of its own.
   *
   * @param tag null for none
   */
  void described(Place place, String key, String tag, Set<String> described) {
    if (tag != null && !described.contains(tag)) {
      report.missing(
          place,
          key + ": there is no table [tags." + tag + "]" + Spelling.hint(tag, described, Set.of()));
    }
  }

  /**
   * The tag is not only written.
   *
   * @param tag null for none
   */
  void seen(Place place, String key, String tag, Set<String> unseen) {
    if (tag != null && unseen.contains(tag)) {
      report.mistake(place, key + ": tag \"" + tag + "\" is only written, so it shows nothing");
    }
  }
}
