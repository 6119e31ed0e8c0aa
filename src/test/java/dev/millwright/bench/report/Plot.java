package dev.millwright.bench.report;

/**
 * A drawing.
 *
 * @param title what it shows
 * @param svg a whole document, without scripts, readable on light and dark
 */
record Plot(String title, String svg) {}
