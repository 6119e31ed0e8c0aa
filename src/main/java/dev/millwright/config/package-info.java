/**
 * Turns TOML into validated settings, or lists every mistake with file and line.
 *
 * <p>{@code TomlFile} reads a file into a tree of {@code Node}s that know their places; {@code
 * Binder} makes settings records of it; {@link dev.millwright.config.ConfigLoader} and {@link
 * dev.millwright.config.PlantLoader} say which files and tables there are and check what no single
 * record can. They all go on after a mistake, and add it to one {@code Report}.
 */
package dev.millwright.config;
