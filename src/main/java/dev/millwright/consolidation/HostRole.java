package dev.millwright.consolidation;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The database role of one host's daemon, and which machines it is for.
 *
 * @param host the host's name: 1 to 40 lower case letters, digits, dots, hyphens, underscores
 * @param machines serial numbers
 * @param register whether its daemon may insert the rows of its machines
 */
public record HostRole(String host, List<String> machines, boolean register) {

  /** With what is put before and after it, a name has room in PostgreSQL's 63 bytes. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,39}");

  public HostRole {
    machines = machines.stream().distinct().toList();
    if (!NAME.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "a host's name has 1 to 40 lower case letters, digits, dots, hyphens or underscores,"
              + " not \""
              + host
              + "\"");
    }
    if (machines.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a machine's serial number is not empty");
    }
  }

  /** The name of the role. */
  public String role() {
    return "millwright_" + host;
  }
}
