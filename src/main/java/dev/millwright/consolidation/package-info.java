/**
 * Runs plans: phases of SQL with check, apply, verify and rollback.
 *
 * <p>A plan is a folder of resources under {@code plans/}; its {@code phases.txt} names the phases
 * in order, each a folder with four files:
 *
 * <ul>
 *   <li>{@code check.sql}: one query; each row (column reason) is a reason against applying
 *   <li>{@code apply.sql}: any statements
 *   <li>{@code verify.sql}: one query that changes nothing and needs no right but to read the
 *       catalog; each row (columns subject, expected, actual) is a difference
 *   <li>{@code rollback.sql}: undoes apply.sql; raises an exception rather than lose data
 * </ul>
 *
 * <p>All of them find their tables through search_path.
 */
package dev.millwright.consolidation;
