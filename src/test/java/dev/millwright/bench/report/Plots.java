package dev.millwright.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The plots of a section: its ratios in one, and each of its curves. */
final class Plots {

  private Plots() {}

  /** By file name, in the order of the page. */
  static Map<String, Plot> of(Part part) {
    Map<String, Plot> plots = new LinkedHashMap<>();
    List<Figure> compared =
        part.figures().stream()
            .filter(figure -> figure.other() != null && figure.at() == null)
            .toList();
    if (!compared.isEmpty()) {
      String title = part.title() + ": ours divided by the other's";
      plots.put(part.name() + "-ratios.svg", new Plot(title, RatioPlot.svg(title, compared)));
    }
    part.figures().stream()
        .filter(figure -> figure.at() != null)
        .collect(Collectors.groupingBy(Figure::name, LinkedHashMap::new, Collectors.toList()))
        .forEach(
            (name, curve) ->
                plots.put(
                    part.name() + "-" + slug(name) + ".svg",
                    new Plot(name, CurvePlot.svg(name, curve))));
    return plots;
  }

  private static String slug(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
