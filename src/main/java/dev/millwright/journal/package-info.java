/**
 * Keeps undelivered transitions on local disk, in order, through crashes.
 *
 * <p>One SQLite file: write-ahead log, {@code synchronous=FULL}, held by one process. What {@link
 * dev.millwright.journal.Journal#append} has returned from is on the disk (I2).
 */
package dev.millwright.journal;
