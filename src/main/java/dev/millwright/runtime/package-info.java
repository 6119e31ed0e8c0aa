/** Runs the links, decides, journals, delivers, executes commands. */
package dev.millwright.runtime;
