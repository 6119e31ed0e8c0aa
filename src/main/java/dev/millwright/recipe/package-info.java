/**
 * Sequences a recipe's steps, pure: given what is known now, what to do next (DESIGN section 6).
 *
 * <p>A {@link dev.millwright.recipe.Recipe} is what a file says. Bound to parameters and to a
 * machine's tags it is a {@link dev.millwright.recipe.Program}, which a {@link
 * dev.millwright.recipe.Sequencer} steps through. There is no clock, no thread and no input or
 * output here: moments are handed in, as {@link System#nanoTime} gives them.
 */
package dev.millwright.recipe;
