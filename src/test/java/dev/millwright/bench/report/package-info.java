/** Turns what the benchmarks have measured into the page that shows it, and into nothing else. */
package dev.millwright.bench.report;
