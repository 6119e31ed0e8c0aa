package dev.millwright.consolidation;

/**
 * Something in the database that is not as a plan makes it.
 *
 * @param subject such as {@code machines.state_seq}
 * @param expected what it should be
 * @param actual what it is; {@code missing} when it is not there
 */
public record Difference(String subject, String expected, String actual) {

  @Override
  public String toString() {
    return subject + ": expected " + expected + "; is " + actual;
  }
}
