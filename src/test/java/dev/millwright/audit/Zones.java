package dev.millwright.audit;

import dev.millwright.audit.Disturbance.Kind;
import dev.millwright.audit.Recorded.Transition;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a step of a machine may have gone unseen.
 *
 * <p>A disturbance excuses from a little before it, as what has just happened is not noticed yet,
 * until the daemon proves that it sees again: by telling a step that was made after it, or by
 * finding the machine. At the latest it ends when all was found to be told, and the machine would
 * be told to be offline if nothing had been heard since.
 */
final class Zones {

  private record Zone(Instant from, Instant to) {}

  /** So often the daemon looks at the rows: until then it decides on what another has changed. */
  static final Duration LOOK = Duration.ofSeconds(6);

  private final List<Zone> zones = new ArrayList<>();
  private final Conduct conduct;
  private final WallClock clock;

  Zones(List<Transition> rows, Matching matching, Conduct conduct, WallClock clock) {
    this.conduct = conduct;
    this.clock = clock;
    List<Instant> proofs = new ArrayList<>();
    for (int k = 0; k < rows.size(); k++) {
      proof(rows.get(k), matching.step(k)).ifPresent(proofs::add);
    }
    Transition contact = rows.get(0);
    Instant found = contact.before() == null ? contact.occurredAt() : contact.before();
    zones.add(zone(Instant.MIN, found, proofs, conduct.staleAfter()));
    for (Disturbance disturbance : conduct.disturbances()) {
      if (!disturbance.is(Kind.CLOCK)) {
        Instant from = disturbance.from().minus(conduct.noticed());
        zones.add(zone(from, disturbance.end(), proofs, conduct.staleAfter()));
      }
    }
    for (int k = 1; k < rows.size(); k++) {
      if (rows.get(k).external()) {
        zones.add(foreign(rows, matching, k));
      }
    }
  }

  /** From when on the daemon sees, as this row shows. */
  private Optional<Instant> proof(Transition row, Step step) {
    if (row.found() && row.before() != null) {
      return Optional.of(row.before()).filter(at -> clock.slack(at, row.recordedAt()).isZero());
    }
    return Optional.ofNullable(row.inferred() || step == null ? null : step.at());
  }

  /**
   * Another writer voids what was decided and not yet delivered, that is all after the row before
   * its own. It is noticed at the next delivery; the steps until then are void as well.
   */
  private Zone foreign(List<Transition> rows, Matching matching, int external) {
    List<Instant> later = new ArrayList<>();
    for (int k = external + 1; k < rows.size(); k++) {
      if (matching.step(k) != null && !rows.get(k).inferred() && !matching.again(k)) {
        later.add(matching.step(k).at());
      }
    }
    Instant written = rows.get(external).recordedAt();
    return zone(told(rows, matching, external - 1), written, later, LOOK);
  }

  /** When that happened of which the row tells. */
  private Instant told(List<Transition> rows, Matching matching, int k) {
    Transition row = rows.get(k);
    Step step = matching.step(k);
    if (step != null && !row.inferred() && !row.found()) {
      return step.at();
    }
    boolean doubtful = clock.slack(row.occurredAt()).compareTo(Duration.ZERO) > 0;
    return doubtful ? row.recordedAt() : row.occurredAt();
  }

  /**
   * @param unproved how long all may seem to be told though nothing was seen since
   */
  private Zone zone(Instant from, Instant to, List<Instant> proofs, Duration unproved) {
    Stream<Instant> seen = proofs.stream().filter(proof -> !proof.isBefore(to));
    Stream<Instant> settled =
        conduct.settled().stream().filter(at -> !at.isBefore(to.plus(unproved)));
    Optional<Instant> end = Stream.concat(seen, settled).min(Comparator.naturalOrder());
    return new Zone(from, end.orElse(Instant.MAX));
  }

  /** Whether a step at this moment may have gone unseen. */
  boolean excuse(Instant at) {
    // What proves that the daemon sees again is itself to be seen.
    return zones.stream().anyMatch(zone -> !zone.from.isAfter(at) && zone.to.isAfter(at));
  }

  /** Whether something may have gone unseen meanwhile. */
  boolean excuse(Instant from, Instant to) {
    return zones.stream().anyMatch(zone -> !zone.from.isAfter(to) && !zone.to.isBefore(from));
  }

  /** From when what is heard at this moment may be; the moment itself where nothing held it up. */
  Instant heardFrom(Instant at) {
    return disturbances(at)
        .filter(d -> d.is(Kind.AWAY) || d.is(Kind.HURT))
        .map(Disturbance::from)
        .filter(from -> from.isBefore(at))
        .min(Comparator.naturalOrder())
        .orElse(at);
  }

  /** Until when what happens at this moment may be heard; the moment itself as above. */
  Instant heardUntil(Instant at) {
    return disturbances(at)
        .map(Disturbance::end)
        .filter(end -> end.isAfter(at))
        .max(Comparator.naturalOrder())
        .orElse(at);
  }

  private Stream<Disturbance> disturbances(Instant at) {
    return conduct.disturbances().stream()
        .filter(d -> !d.is(Kind.CLOCK))
        .filter(d -> d.overlaps(at.minus(conduct.noticed()), at.plus(conduct.noticed())));
  }
}
