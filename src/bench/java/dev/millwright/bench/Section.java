package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import java.util.List;

/** One heading of the page: something that is measured by itself. */
interface Section {

  /** By which it can be run alone; letters, digits and hyphens. */
  String name();

  String title();

  /** What is measured and how in such a run, in Markdown; no results. */
  String prose(Run run);

  /**
   * Measures; may take its time, within the sizes that the run asks for.
   *
   * @param figures gets each figure once it is there: what was measured before a failure counts
   */
  void measure(Run run, List<Figure> figures) throws Exception;
}
