/** A machine inside the daemon, for training and commissioning: no wire, no other process. */
package dev.millwright.device.virtual;
