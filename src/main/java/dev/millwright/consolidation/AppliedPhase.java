package dev.millwright.consolidation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is on record of a phase that is applied. What an older version did not record is null.
 *
 * @param at when
 * @param by the database user who applied it
 * @param checksum of the apply.sql of that time
 * @param took from having the runner's lock until it was recorded
 * @param attempts how often it was tried; more than 1 when others were in the way
 * @param options what was given on the command line, as a JSON object
 * @param changes how many values are kept in millwright_changes
 * @param tables their contents before and after
 */
public record AppliedPhase(
    Instant at,
    String by,
    String checksum,
    Duration took,
    Integer attempts,
    String options,
    long changes,
    List<TableChange> tables) {}
