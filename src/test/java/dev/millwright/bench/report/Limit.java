package dev.millwright.bench.report;

/**
 * A number that a figure is to reach.
 *
 * @param what of the figure
 * @param bound on which side of the number it has to be; the number itself is reached
 * @param number the ratio, or the value in the figure's unit
 */
public record Limit(What what, Bound bound, double number) {

  /** What of a figure is limited. */
  public enum What {
    /** The median of ours divided by the rival's, round by round. */
    RATIO,
    /** The median of ours. */
    VALUE
  }

  /** On which side of the number. */
  public enum Bound {
    AT_LEAST,
    AT_MOST
  }

  public static Limit ratioAtLeast(double number) {
    return new Limit(What.RATIO, Bound.AT_LEAST, number);
  }

  public static Limit ratioAtMost(double number) {
    return new Limit(What.RATIO, Bound.AT_MOST, number);
  }

  public static Limit valueAtLeast(double number) {
    return new Limit(What.VALUE, Bound.AT_LEAST, number);
  }

  public static Limit valueAtMost(double number) {
    return new Limit(What.VALUE, Bound.AT_MOST, number);
  }

  boolean heldBy(Figure figure) {
    double measured = spread(figure).median();
    return bound == Bound.AT_LEAST ? measured >= number : measured <= number;
  }

  /** As on the page. */
  static String said(boolean held) {
    return held ? "held" : "**not held**";
  }

  private Spread spread(Figure figure) {
    return what == What.RATIO ? figure.ratio() : figure.ours().spread();
  }

  /** What was measured of that which is limited, as on the page. */
  String measured(Figure figure) {
    return spread(figure).text() + (what == What.RATIO ? " ×" : " " + figure.unit());
  }

  /** As on the page, such as "≥ 1.5 ×". */
  String text(String unit) {
    String sign = bound == Bound.AT_LEAST ? "≥ " : "≤ ";
    return sign + Numbers.text(number) + (what == What.RATIO ? " ×" : " " + unit);
  }
}
