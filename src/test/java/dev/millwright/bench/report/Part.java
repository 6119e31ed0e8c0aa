package dev.millwright.bench.report;

import java.util.List;

/**
 * What one section has measured.
 *
 * @param name by which it can be run alone; letters, digits and hyphens
 * @param title its heading
 * @param prose what was measured and how, in Markdown; no results
 * @param figures in the order of the page; those before the failure where it was broken off
 * @param course how it went
 */
public record Part(String name, String title, String prose, List<Figure> figures, Course course) {
  public Part {
    figures = List.copyOf(figures);
    if (!name.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("a section's name is not [a-z0-9-]+: " + name);
    }
  }
}
