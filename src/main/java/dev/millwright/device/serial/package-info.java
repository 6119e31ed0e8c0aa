/** Owns the serial ports: opens, reads, writes and closes them, each within a bounded time. */
package dev.millwright.device.serial;
