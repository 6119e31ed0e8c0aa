/**
 * Keeps what a machine has shown in a file, and reads it back, so that the same can be decided once
 * more elsewhere. The format is described in {@code src/docs/trace.md}.
 */
package dev.millwright.trace;
