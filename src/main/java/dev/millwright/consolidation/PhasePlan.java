package dev.millwright.consolidation;

import java.util.List;

/**
 * What applying would do with a phase.
 *
 * @param phase the phase, with its SQL
 * @param state where it stands
 * @param reasons why it would be refused now. Only the first pending phase is asked: what stands
 *     against the others shows when its turn comes
 */
public record PhasePlan(Phase phase, PhaseStatus.State state, List<String> reasons) {}
