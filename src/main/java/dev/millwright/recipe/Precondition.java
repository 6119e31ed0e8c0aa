package dev.millwright.recipe;

/**
 * What a machine has to show before a recipe may start on it.
 *
 * @param condition what it shows
 * @param advice what to do when it does not; null where nobody said
 */
public record Precondition(Condition condition, String advice) {}
