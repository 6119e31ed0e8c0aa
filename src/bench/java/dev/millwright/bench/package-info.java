/** Measures Millwright beside its rivals, and beside the floor that its parts set. */
package dev.millwright.bench;
