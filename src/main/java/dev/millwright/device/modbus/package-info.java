/**
 * Reads machines over Modbus: RTU on serial lines, and TCP.
 *
 * <p>{@link dev.millwright.device.modbus.ModbusLink} polls the units of a line; a {@code Bus}
 * carries its requests, one at a time. What is taken from the library, and what is not, is decision
 * 0080; the keys are in {@code src/docs/modbus.md}.
 */
package dev.millwright.device.modbus;
