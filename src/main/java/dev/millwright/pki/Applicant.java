package dev.millwright.pki;

import java.util.List;

/**
 * Whom an application certificate is made for.
 *
 * @param name its common name
 * @param applicationUri as in its ApplicationDescription (OPC 10000-6, 6.2.2)
 * @param hosts the names and addresses of the host; at least one
 */
public record Applicant(String name, String applicationUri, List<String> hosts) {

  public Applicant {
    hosts = List.copyOf(hosts);
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("hosts: none");
    }
  }
}
