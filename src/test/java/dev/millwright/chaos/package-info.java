/**
 * Plant, daemon and PostgreSQL as separate processes, to which everything happens that can happen,
 * as a seed says; then the audit. {@code mvn verify -Dgroups=chaos}.
 */
package dev.millwright.chaos;
