package dev.millwright.store;

import java.util.Arrays;

/** A password that no log, message or debugger view shows by accident. */
public final class Secret {

  private final char[] value;

  public Secret(char[] value) {
    this.value = value.clone();
  }

  /** The password itself. */
  public char[] reveal() {
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && Arrays.equals(value, secret.value);
  }

  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
