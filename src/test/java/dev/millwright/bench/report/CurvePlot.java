package dev.millwright.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How a value grows: the medians of ours, and of the other where there is one. */
final class CurvePlot {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 380;
  private static final int LEFT = 90;
  private static final int TOP = 60;
  private static final int BOTTOM = HEIGHT - 40;

  /** A digit's width, about. */
  private static final double CHARACTER = 8;

  private CurvePlot() {}

  static String svg(String title, List<Figure> curve) {
    List<Figure> points = curve.stream().sorted(Comparator.comparing(Figure::at)).toList();
    List<Double> values = new ArrayList<>();
    points.forEach(point -> values.addAll(point.ours().rounds()));
    List<Figure> compared = points.stream().filter(point -> point.other() != null).toList();
    compared.forEach(point -> values.addAll(point.other().rounds()));
    Axis across = Axis.over(points.stream().map(Figure::at).toList(), LEFT, WIDTH - 30);
    Axis up = Axis.over(values, BOTTOM, TOP);

    Svg svg = new Svg(title, WIDTH, HEIGHT);
    svg.text(16, 24, "", title);
    svg.text(16, 42, "quiet", points.get(0).unit());
    for (double mark : up.marks()) {
      svg.line(LEFT, up.at(mark), WIDTH - 30, up.at(mark), "grid");
      svg.text(LEFT - 10, up.at(mark) + 4, "quiet end", Numbers.text(mark));
    }
    name(svg, points, across);
    draw(svg, points, Figure::ours, across, up, "ours", 24);
    if (!compared.isEmpty()) {
      draw(svg, compared, Figure::other, across, up, "other", 42);
    }
    return svg.toString();
  }

  /** Those on the axis across, from the last one on; not those that would run into another. */
  private static void name(Svg svg, List<Figure> points, Axis across) {
    double free = WIDTH;
    for (int i = points.size() - 1; i >= 0; i--) {
      double x = across.at(points.get(i).at());
      String name = Numbers.text(points.get(i).at());
      double half = (name.length() + 1) * CHARACTER / 2;
      if (x + half <= free) {
        svg.text(x, BOTTOM + 22, "quiet middle", name);
        free = x - half;
      }
    }
  }

  private static void draw(
      Svg svg,
      List<Figure> points,
      Function<Figure, Series> of,
      Axis across,
      Axis up,
      String style,
      double legend) {
    String path =
        points.stream()
            .map(
                point ->
                    String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        across.at(point.at()),
                        up.at(of.apply(point).median())))
            .collect(Collectors.joining(" "));
    svg.path(path, style + " line");
    for (Figure point : points) {
      for (double value : of.apply(point).rounds()) {
        svg.dot(across.at(point.at()), up.at(value), 4, style + " round");
      }
    }
    svg.dot(WIDTH - 40, legend - 4, 5, style);
    svg.text(WIDTH - 54, legend, "end", of.apply(points.get(0)).label());
  }
}
