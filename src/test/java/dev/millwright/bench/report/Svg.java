package dev.millwright.bench.report;

import java.util.Locale;

/** An SVG document that grows by shapes; its colours follow the reader's light or dark. */
final class Svg {

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #1f2328; }
        .quiet { fill: #59636e; }
        .end { text-anchor: end; }
        .middle { text-anchor: middle; }
        .grid { stroke: #d1d9e0; }
        .one { stroke: #59636e; }
        .limit { stroke: #bc4c00; stroke-width: 2; }
        .ours { fill: #0969da; stroke: #0969da; }
        .other { fill: #8250df; stroke: #8250df; }
        .round { fill-opacity: 0.35; stroke: none; }
        .line { fill: none; stroke-width: 2; }
        @media (prefers-color-scheme: dark) {
          text { fill: #f0f6fc; }
          .quiet { fill: #9198a1; }
          .grid { stroke: #3d444d; }
          .one { stroke: #9198a1; }
          .limit { stroke: #f0883e; }
          .ours { fill: #4493f8; stroke: #4493f8; }
          .other { fill: #ab7df8; stroke: #ab7df8; }
          .line { fill: none; }
          .round { stroke: none; }
        }
      </style>
      """;

  private final StringBuilder shapes = new StringBuilder();
  private final String title;
  private final int width;
  private final int height;

  Svg(String title, int width, int height) {
    this.title = title;
    this.width = width;
    this.height = height;
  }

  void text(double x, double y, String style, String words) {
    add("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>", x, y, style, escaped(words));
  }

  void line(double fromX, double fromY, double toX, double toY, String style) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>",
        fromX, fromY, toX, toY, style);
  }

  void dot(double x, double y, double radius, String style) {
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"%s\"/>", x, y, radius, style);
  }

  /** Straight lines from point to point, each written as "x,y". */
  void path(String points, String style) {
    add("<polyline points=\"%s\" class=\"%s\"/>", points, style);
  }

  private void add(String shape, Object... values) {
    shapes.append("  ").append(String.format(Locale.ROOT, shape, values)).append("\n");
  }

  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\">%n<title>%s</title>%n",
            width,
            height,
            width,
            height,
            escaped(title))
        + STYLE
        + shapes
        + "</svg>\n";
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
