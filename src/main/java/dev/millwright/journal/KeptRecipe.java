package dev.millwright.journal;

import java.util.Objects;

/**
 * A recipe as it was when it was run.
 *
 * @param hash names this version: the SHA-256 of its file, in hex
 * @param name its name
 * @param source the whole file
 */
public record KeptRecipe(String hash, String name, String source) {

  public KeptRecipe {
    Objects.requireNonNull(hash, "hash");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(source, "source");
  }
}
