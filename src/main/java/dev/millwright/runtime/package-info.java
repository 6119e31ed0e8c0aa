/**
 * Runs the links, decides, delivers.
 *
 * <p>Threads: one per link ({@code link NAME}) reads and decides; {@code staleness} looks after
 * machines that have fallen silent; {@code delivery} alone talks to the database. A link never
 * waits for the database: between them stands the bounded {@link dev.millwright.journal.Journal}.
 */
package dev.millwright.runtime;
