package dev.millwright.store;

import java.time.Instant;
import java.util.UUID;

/**
 * A command as it stands in table {@code recipe_commands}; what it means is not judged here.
 *
 * @param machine a serial number; null when it is for any machine
 * @param parameters a JSON value; null when it has more than {@link CommandSession#MAX_PARAMETERS}
 *     bytes
 * @param process null where none is named
 * @param batch null for none, and so are operator and reason
 * @param expired whether it is older than its time to live, by the server's clock
 */
public record CommandRow(
    UUID id,
    String machine,
    String type,
    String parameters,
    UUID process,
    String batch,
    String operator,
    String reason,
    Instant createdAt,
    boolean expired) {}
