package dev.millwright.machine;

import java.util.Objects;

/**
 * What is wrong with a machine in error.
 *
 * @param component the {@code machine_components.name}; null where it is not known
 * @param description in words, for people; never empty
 */
public record Failure(String component, String description) {

  public Failure {
    Objects.requireNonNull(description, "description");
    if (description.isBlank()) {
      throw new IllegalArgumentException("a failure without a description says nothing");
    }
  }
}
