package dev.millwright.consolidation;

import java.util.List;

/**
 * What applying would do with a phase.
 *
 * @param phase the phase, with its SQL
 * @param state where it stands
 * @param asked whether this is the first pending phase. Only that one is asked: what stands against
 *     the others, and what they would change, shows when their turn comes
 * @param reasons why it would be refused now
 * @param counts what it would change; empty also while there are reasons
 */
public record PhasePlan(
    Phase phase,
    PhaseStatus.State state,
    boolean asked,
    List<String> reasons,
    List<Change.Count> counts) {}
