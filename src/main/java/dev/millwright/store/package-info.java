/** Writes and reads {@code machines} over plain JDBC. All of its SQL is in {@code Sql}. */
package dev.millwright.store;
