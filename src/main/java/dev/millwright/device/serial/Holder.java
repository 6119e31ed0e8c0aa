package dev.millwright.device.serial;

/**
 * A process that has a port open, or has locked it.
 *
 * @param pid its number
 * @param program what it runs, as the kernel shortens it to 15 characters; null when it cannot be
 *     seen
 * @param locked whether it has locked the port against others (flock)
 */
public record Holder(long pid, String program, boolean locked) {

  /** For a person: {@code minicom (pid 1234)}. */
  @Override
  public String toString() {
    return (program == null ? "a program" : program) + " (pid " + pid + ")";
  }
}
