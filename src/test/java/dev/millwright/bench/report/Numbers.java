package dev.millwright.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers for people: three significant digits, whole ones in full. */
final class Numbers {

  private static final MathContext DIGITS = new MathContext(3);

  private Numbers() {}

  /** Of what is not finite, such as a ratio to nothing, a dash. */
  static String text(double number) {
    if (!Double.isFinite(number)) {
      return "–";
    }
    double shown = Math.abs(number) >= 1000 ? Math.rint(number) : rounded(number);
    // A formatter is not safe for several threads.
    return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(shown);
  }

  private static double rounded(double number) {
    return new BigDecimal(number).round(DIGITS).doubleValue();
  }
}
