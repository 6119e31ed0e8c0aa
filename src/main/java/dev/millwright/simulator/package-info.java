/**
 * A virtual plant: an OPC UA server, serial machines on pseudo-terminals, Modbus units on lines and
 * behind a server, and what they truly did.
 */
package dev.millwright.simulator;
