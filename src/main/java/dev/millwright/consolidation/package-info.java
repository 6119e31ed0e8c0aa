/**
 * Runs plans: phases of SQL with check, apply, verify and rollback.
 *
 * <p>A plan is a folder, one of the resources under {@code plans/} or anybody's own; its {@code
 * phases.txt} names the phases in order, each a folder with four files:
 *
 * <ul>
 *   <li>{@code check.sql}: one query; each row (column reason) is a reason against applying
 *   <li>{@code apply.sql}: any statements
 *   <li>{@code verify.sql}: one query that changes nothing; each row (columns subject, expected,
 *       actual) is a difference
 *   <li>{@code rollback.sql}: undoes apply.sql; raises an exception rather than lose data
 * </ul>
 *
 * <p>It may have three more:
 *
 * <ul>
 *   <li>{@code lock.sql}: any statements, run before all others; a phase with a preview of rows
 *       that others write locks them here, or it could overwrite a value that it has not kept
 *   <li>{@code preview.sql}: one query (columns table_name, row_key, column_name, before, after,
 *       why, all of type text, in order): value by value what apply.sql would change. When the
 *       phase is applied, its rows are kept in table millwright_changes, which rollback.sql may
 *       read; they are removed after that
 *   <li>{@code tables.txt}: names of tables whose content is summed up before and after
 * </ul>
 *
 * <p>A line {@code \ir PATH} in any of them stands for another file, relative to it; that is how
 * one plan makes what another one makes.
 *
 * <p>All of them find their tables through search_path, and read what a person decides from
 * settings of the transaction: see {@link dev.millwright.consolidation.PlanOptions}.
 */
package dev.millwright.consolidation;
