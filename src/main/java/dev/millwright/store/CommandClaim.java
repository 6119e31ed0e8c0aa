package dev.millwright.store;

import java.util.UUID;

/**
 * That one daemon, and no other, carries a command out on this machine.
 *
 * @param command the row's id
 * @param machine a serial number
 * @param claim what stands in claimed_by when it has succeeded
 */
public record CommandClaim(UUID command, String machine, UUID claim) {}
