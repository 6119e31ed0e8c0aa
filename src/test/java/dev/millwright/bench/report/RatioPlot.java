package dev.millwright.bench.report;

import java.util.ArrayList;
import java.util.List;

/** A row for each figure: a dot for the ratio of each round, a large one for their median. */
final class RatioPlot {

  private static final int WIDTH = 860;
  private static final int LEFT = 360;
  private static final int TOP = 60;
  private static final int ROW = 46;

  /** The unit of what is only counted. */
  private static final String COUNT = "1";

  private RatioPlot() {}

  static String svg(String title, List<Figure> figures) {
    int bottom = TOP + figures.size() * ROW;
    Svg svg = new Svg(title, WIDTH, bottom + 40);
    svg.text(16, 24, "", title);
    svg.text(16, 42, "quiet", "small dots: rounds; large: median; bar: to reach");
    Axis axis = Axis.over(shown(figures), LEFT, WIDTH - 30);
    for (double mark : axis.marks()) {
      svg.line(axis.at(mark), TOP, axis.at(mark), bottom, mark == 1 ? "one" : "grid");
      svg.text(axis.at(mark), bottom + 20, "quiet middle", Numbers.text(mark) + " ×");
    }
    double y = TOP + ROW / 2.0;
    for (Figure figure : figures) {
      svg.text(LEFT - 14, y - 3, "end", figure.name());
      String unit = figure.unit().equals(COUNT) ? "" : figure.unit();
      String against = unit + " against " + figure.other().label();
      svg.text(LEFT - 14, y + 13, "quiet end", against.strip());
      for (double ratio : figure.ratios()) {
        dot(svg, axis, ratio, y, 4, "ours round");
      }
      dot(svg, axis, figure.ratio().median(), y, 6, "ours");
      if (figure.ratios().stream().noneMatch(Double::isFinite)) {
        svg.text(LEFT + 10, y + 4, "quiet", "no ratio: the other's is 0");
      }
      for (Limit limit : ofRatio(figure)) {
        svg.line(axis.at(limit.number()), y - 14, axis.at(limit.number()), y + 14, "limit");
      }
      y += ROW;
    }
    return svg.toString();
  }

  /** Not where there is no number to show. */
  private static void dot(Svg svg, Axis axis, double ratio, double y, double radius, String style) {
    if (Double.isFinite(ratio)) {
      svg.dot(axis.at(ratio), y, radius, style);
    }
  }

  private static List<Double> shown(List<Figure> figures) {
    List<Double> shown = new ArrayList<>(List.of(1.0));
    for (Figure figure : figures) {
      shown.addAll(figure.ratios());
      ofRatio(figure).forEach(limit -> shown.add(limit.number()));
    }
    return shown;
  }

  private static List<Limit> ofRatio(Figure figure) {
    return figure.limits().stream().filter(limit -> limit.what() == Limit.What.RATIO).toList();
  }
}
