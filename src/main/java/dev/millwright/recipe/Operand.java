package dev.millwright.recipe;

/** A value in a recipe: written out, or that of a parameter. */
public sealed interface Operand {

  /**
   * A value that stands in the recipe.
   *
   * @param value a {@link Boolean}, {@link Long}, {@link Double}, {@link String} or {@link
   *     java.time.Duration}
   */
  record Literal(Object value) implements Operand {

    @Override
    public String toString() {
      return Words.value(value);
    }
  }

  /** The value of a parameter, written {@code "{name}"}. */
  record Reference(String parameter) implements Operand {

    @Override
    public String toString() {
      return "{" + parameter + "}";
    }
  }
}
