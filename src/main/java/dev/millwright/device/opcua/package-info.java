/** Speaks OPC UA, as a client: one session per endpoint, subscribed to or polled. */
package dev.millwright.device.opcua;
