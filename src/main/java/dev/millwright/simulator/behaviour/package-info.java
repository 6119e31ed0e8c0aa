/**
 * How a virtual machine behaves over time, pure; shown by the simulator and by protocol virtual.
 */
package dev.millwright.simulator.behaviour;
