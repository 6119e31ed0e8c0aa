package dev.millwright.runtime;

import java.time.Instant;

/**
 * How a link fares.
 *
 * @param name the endpoint, the port, or the virtual machine's serial number
 * @param open whether it is open
 * @param since since when that is so
 * @param trouble why it is not open; null when it is, and before the first attempt
 */
public record LinkSnapshot(String name, boolean open, Instant since, String trouble) {}
