/**
 * What any machine interface can do: connect, observe with quality and time per value, and write.
 */
package dev.millwright.device;
