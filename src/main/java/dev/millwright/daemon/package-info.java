/** Builds the object graph, talks to systemd, stops in order. */
package dev.millwright.daemon;
