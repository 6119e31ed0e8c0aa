package dev.millwright.settings;

import java.util.Objects;

/**
 * A password or the like, which does not show itself: a record that holds one can be logged. A
 * component {@code Secret password} is bound from the key {@code password_file}, which names the
 * file that holds it.
 */
public final class Secret {

  private final String text;

  public Secret(String text) {
    this.text = Objects.requireNonNull(text, "text");
  }

  /** The secret itself, for the one call that needs it. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
