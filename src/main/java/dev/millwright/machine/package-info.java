/**
 * Decides, without I/O, clock or logging, what state follows an event (DESIGN section 3).
 *
 * <p>{@link dev.millwright.machine.Lifecycle} is the one place that decides; {@link
 * dev.millwright.machine.Interpreter} says which events a sighting of the machine means.
 */
package dev.millwright.machine;
