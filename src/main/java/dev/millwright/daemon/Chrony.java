package dev.millwright.daemon;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What chrony says of the host's clock, asked through its own client. Anybody on the host may ask
 * (chronyc(1): monitoring commands over UDP on the loopback address), also a service that may not
 * ask the kernel.
 *
 * @param isSynchronized whether it keeps the clock
 * @param aheadSeconds how much the clock is ahead of the time that it is led to, as chrony
 *     estimates; negative where it is behind, and 0 where it is not known
 */
public record Chrony(boolean isSynchronized, double aheadSeconds) {

  private static final Pattern OFFSET =
      Pattern.compile("System time\\s*:\\s*([0-9.]+) seconds (slow|fast)");

  /** Null where no chrony answers within 1.5 s. */
  public static Chrony ask() throws InterruptedException {
    String tracking = Programs.ask("chronyc", "-n", "tracking");
    return tracking == null ? null : of(tracking);
  }

  /** Of what {@code chronyc tracking} prints. */
  static Chrony of(String tracking) {
    Matcher offset = OFFSET.matcher(tracking);
    if (tracking.contains("Not synchronised") || !offset.find()) {
      return new Chrony(false, 0);
    }
    double seconds = Double.parseDouble(offset.group(1));
    return new Chrony(true, offset.group(2).equals("slow") ? -seconds : seconds);
  }
}
