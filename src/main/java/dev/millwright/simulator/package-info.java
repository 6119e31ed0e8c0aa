/**
 * A virtual plant: an OPC UA server, serial machines on pseudo-terminals, and what they truly did.
 */
package dev.millwright.simulator;
