package dev.millwright.bench.report;

/**
 * How the measuring of a section went.
 *
 * @param seconds that it took
 * @param others the share of all processors' time that the rest of the host had meanwhile, the
 *     kernel's own work and stolen time included; 0 to 1
 * @param failure why it was broken off; null when it was not
 */
public record Course(double seconds, double others, String failure) {

  /** Above it, values and even ratios may be those of a busy host. */
  static final double BUSY = 0.1;

  /** As on the page. */
  String text() {
    String took =
        seconds < 120
            ? Numbers.text(Math.rint(seconds)) + " s"
            : Numbers.text(Math.rint(seconds / 60)) + " minutes";
    return "It took %s; the rest of the host had %s %% of the processors meanwhile."
        .formatted(took, Numbers.text(Math.rint(100 * others)));
  }
}
