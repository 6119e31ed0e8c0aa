package dev.millwright.recipe;

/**
 * Why a recipe cannot be run as it is.
 *
 * @param where the step, such as {@code step 3.2}; or {@code parameter NAME}, {@code precondition
 *     2}; empty for the recipe as a whole
 * @param key the key that is meant, as it stands in the file; empty for all
 * @param message the value, the limit and what to do
 */
public record Problem(String where, String key, String message) {

  @Override
  public String toString() {
    return (where.isEmpty() ? "" : where + ": ") + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
