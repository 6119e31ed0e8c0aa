/** Builds the object graph of a running daemon, sets up its logs, and stops it in order. */
package dev.millwright.daemon;
