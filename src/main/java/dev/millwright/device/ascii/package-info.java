/**
 * Reads and writes machines that talk lines of text: asked with a query, or of their own accord.
 *
 * <p>Which text means what is said by regular expressions; see {@code src/docs/ascii.md}.
 */
package dev.millwright.device.ascii;
