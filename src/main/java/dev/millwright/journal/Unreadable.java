package dev.millwright.journal;

/**
 * A record whose cells hold what no journal writes, because somebody has edited them or the disk
 * has changed them.
 *
 * @param machine the serial number
 * @param id the entry's number; null when it is what is known of the machine
 * @param why which value it is, in words
 */
public record Unreadable(String machine, Long id, String why) {

  @Override
  public String toString() {
    return (id == null ? "what is known of " + machine : "entry " + id + " of " + machine)
        + " cannot be read: "
        + why;
  }
}
