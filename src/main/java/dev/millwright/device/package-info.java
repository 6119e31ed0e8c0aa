/** What any machine interface can do: connect and observe, with quality and time per value. */
package dev.millwright.device;
