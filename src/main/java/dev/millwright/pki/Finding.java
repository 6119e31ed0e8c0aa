package dev.millwright.pki;

import java.util.Objects;

/**
 * A check that a certificate has failed.
 *
 * @param check which
 * @param detail why, in a technician's words; may be empty where the check says it all
 */
public record Finding(Check check, String detail) {

  public Finding {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(detail, "detail");
  }

  @Override
  public String toString() {
    return detail.isEmpty() ? check.words() : check.words() + " (" + detail + ")";
  }
}
