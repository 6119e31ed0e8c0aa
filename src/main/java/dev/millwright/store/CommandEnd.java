package dev.millwright.store;

import java.util.UUID;

/**
 * How a claimed command ended.
 *
 * @param message null only when completed
 * @param process the run that it was about; null leaves what the row says
 */
public record CommandEnd(
    UUID command, UUID claim, boolean completed, String message, UUID process) {}
