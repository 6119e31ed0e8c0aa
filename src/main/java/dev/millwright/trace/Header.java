package dev.millwright.trace;

import dev.millwright.runtime.MachineSettings;
import java.time.Instant;
import java.util.Objects;

/**
 * The first line of a trace.
 *
 * @param millwrightTrace the version of the format
 * @param program the version of the program that has written it
 * @param made when
 * @param configuration tells machine files apart: {@code sha256:} and the hash of the file's bytes
 * @param settings of the machine, as far as they matter to what is decided
 */
public record Header(
    int millwrightTrace,
    String program,
    Instant made,
    String configuration,
    MachineSettings settings) {

  /** The version that this program writes, and the newest that it reads. */
  public static final int VERSION = 1;

  public Header {
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(settings.serialNumber(), "settings.serial_number");
    Objects.requireNonNull(settings.staleAfter(), "settings.stale_after");
    Objects.requireNonNull(settings.lifecycle(), "settings.lifecycle");
  }

  /** Of a trace that begins now. */
  public static Header of(
      String program, Instant made, String configuration, MachineSettings settings) {
    return new Header(VERSION, program, made, configuration, settings);
  }
}
