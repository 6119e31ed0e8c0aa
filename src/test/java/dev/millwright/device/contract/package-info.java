/**
 * What every adapter has to pass, on a real transport: {@link
 * dev.millwright.device.contract.LinkContract} by all of them, {@link
 * dev.millwright.device.contract.WireContract} by those with a wire.
 */
package dev.millwright.device.contract;
