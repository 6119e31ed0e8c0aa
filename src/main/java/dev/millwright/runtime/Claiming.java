package dev.millwright.runtime;

import dev.millwright.journal.JournalException;
import dev.millwright.journal.Taken;
import dev.millwright.runtime.Admission.Verdict;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.store.CommandClaim;
import dev.millwright.store.CommandEnd;
import dev.millwright.store.CommandRow;
import dev.millwright.store.CommandSession;
import dev.millwright.store.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * Takes pending commands on: refuses what cannot be, claims what is for our machines, and asks
 * them. See {@link dev.millwright.journal.TakenCommands} for what a crash leaves.
 *
 * <p>A claim whose answer was lost is sent again, as the very same claim. So it does not matter
 * whether the first one arrived, nor when.
 */
final class Claiming {

  /** How many pending commands are looked at in one round; stops come first in each. */
  private static final int LOOK = 500;

  /** How many are taken on in one round, so that a new stop does not wait for long. */
  private static final int TAKE = 100;

  private static final String RESTARTED =
      "the daemon was restarted while this was under way; see the machine's history for what came"
          + " of it. It is not carried out again by itself";

  private final CommandLedger ledger;
  private final Commanded commanded;
  private final Collection<String> machines;
  private final Duration timeToLive;
  private final Results results;
  private final Admission admission;
  private final Consumer<JournalException> onUntaken;

  private final PutOff putOff;

  /**
   * What the last process has claimed and perhaps asked for, and whose rows do not say yet that it
   * has ended: it is not asked for again. Null before it was looked for.
   */
  private List<Taken> left;

  /** Where results go, from any thread. */
  interface Results {
    void tell(UUID command, CommandResult result);
  }

  /**
   * What it works with.
   *
   * @param machines serial numbers of all machines that are ours, at any time
   * @param onUntaken told when the journal takes none but stops
   */
  record Parts(
      CommandLedger ledger,
      Commanded commanded,
      Collection<String> machines,
      Duration timeToLive,
      Results results,
      Consumer<JournalException> onUntaken,
      TimeSource time) {}

  Claiming(Parts parts) {
    this.ledger = parts.ledger();
    this.commanded = parts.commanded();
    this.machines = parts.machines();
    this.timeToLive = parts.timeToLive();
    this.results = parts.results();
    this.onUntaken = parts.onUntaken();
    this.admission = new Admission(ledger, commanded, machines, timeToLive);
    this.putOff = new PutOff(parts.time());
  }

  /** Ends what a process before this one has claimed; it may have asked the machine or not. */
  void recover(CommandSession session) throws SQLException, JournalException {
    if (left == null) {
      left = List.copyOf(ledger.unclaimed());
    }
    if (left.isEmpty()) {
      return;
    }
    List<CommandEnd> lost =
        left.stream()
            .map(taken -> new CommandEnd(taken.id(), taken.claim(), false, RESTARTED, null))
            .toList();
    Set<UUID> ended = session.end(lost);
    left.stream()
        .filter(taken -> ended.contains(taken.id()))
        .forEach(
            taken ->
                Logger.warn(
                    LogLine.of(
                        taken.machine(),
                        "command " + taken.id() + " ends as an error: " + RESTARTED)));
    ledger.forget(ended);
    // Somebody keeps these locked. The others are pending, or somebody else's.
    Set<UUID> locked = session.stillProcessing(lost);
    locked.forEach(putOff::addLocked);
    left = left.stream().filter(taken -> locked.contains(taken.id())).toList();
  }

  private boolean isLeft(UUID command) {
    return left.stream().anyMatch(taken -> taken.id().equals(command));
  }

  /**
   * Looks at what is pending.
   *
   * @return whether there may be more to do at once
   */
  boolean claim(CommandSession session) throws SQLException, JournalException {
    if (left.stream().anyMatch(taken -> !putOff.has(taken.id()))) {
      recover(session);
    }
    resolve(session);
    List<CommandRow> rows = session.pending(List.copyOf(machines), timeToLive, LOOK);
    List<Taken> stops = new ArrayList<>();
    List<Taken> others = new ArrayList<>();
    Set<String> chosen = new HashSet<>();
    boolean refused = false;
    for (CommandRow row : rows) {
      if (ledger.knows(row.id()) || putOff.has(row.id())) {
        continue;
      }
      Verdict verdict = admission.ofPending(row, chosen);
      if (verdict.refusal() != null) {
        refused |= refuse(session, row, verdict.refusal());
      } else if (verdict.machine() != null && stops.size() + others.size() < TAKE) {
        boolean stop = verdict.command().kind() == Kind.STOP;
        (stop ? stops : others)
            .add(new Taken(row.id(), verdict.machine(), UUID.randomUUID(), null));
      }
    }
    boolean taken = take(session, stops, others);
    return (taken || refused) && (rows.size() == LOOK || stops.size() + others.size() == TAKE);
  }

  private boolean take(CommandSession session, List<Taken> stops, List<Taken> others)
      throws SQLException, JournalException {
    // A stop goes first, also where the others find no room.
    ledger.take(stops, true);
    resolve(session);
    if (others.isEmpty() || ledger.isFull()) {
      return !stops.isEmpty();
    }
    try {
      ledger.take(others, false);
    } catch (JournalException e) {
      onUntaken.accept(e);
      return false;
    }
    resolve(session);
    return true;
  }

  private boolean refuse(CommandSession session, CommandRow row, String why) throws SQLException {
    try {
      boolean refused = session.refuse(row.id(), why);
      if (refused) {
        Logger.warn(LogLine.of(subject(row), "command " + row.id() + " is refused: " + why));
      }
      return refused;
    } catch (SQLException e) {
      putOff.add(row.id(), subject(row), e);
      return false;
    }
  }

  /** Claims what is taken on, and asks the machines of what is ours then. */
  private void resolve(CommandSession session) throws SQLException, JournalException {
    List<CommandClaim> claims =
        ledger.unclaimed().stream()
            .filter(taken -> !isLeft(taken.id()) && !putOff.has(taken.id()))
            .map(taken -> new CommandClaim(taken.id(), taken.machine(), taken.claim()))
            .toList();
    if (claims.isEmpty()) {
      return;
    }
    List<CommandRow> ours = new ArrayList<>(claims(session, claims));
    // The statement returns them in any order.
    ours.sort(Comparator.comparing(CommandRow::createdAt).thenComparing(CommandRow::id));
    ours.forEach(this::ask);
    Set<UUID> rest =
        ledger.unclaimed().stream()
            .map(Taken::id)
            .filter(id -> !isLeft(id))
            .collect(Collectors.toCollection(HashSet::new));
    if (!rest.isEmpty()) {
      // Those that are still pending are only locked, and are tried again.
      rest.removeAll(session.stillPending(rest));
      ledger.forget(rest);
    }
  }

  /** All at once; if a row stands in the way of that, one by one. */
  private List<CommandRow> claims(CommandSession session, List<CommandClaim> claims)
      throws SQLException {
    try {
      return session.claim(claims, timeToLive);
    } catch (SQLException e) {
      if (claims.size() == 1) {
        putOff.add(claims.get(0).command(), claims.get(0).machine(), e);
        return List.of();
      } else if (Trouble.of(e).isOfTheServer()) {
        throw e;
      }
    }
    List<CommandRow> ours = new ArrayList<>();
    for (CommandClaim one : claims) {
      ours.addAll(claims(session, List.of(one)));
    }
    return ours;
  }

  private void ask(CommandRow row) {
    // Judged once more: it is what the row said when it became ours that counts.
    Verdict verdict = admission.ofClaimed(row);
    ledger.claimed(row.id(), CommandReader.TYPES.get(row.type()));
    if (verdict.refusal() != null) {
      results.tell(row.id(), CommandResult.failed(verdict.refusal(), null));
      return;
    }
    try {
      commanded.command(row.machine(), verdict.command(), result -> results.tell(row.id(), result));
    } catch (RuntimeException e) {
      Logger.error(e, LogLine.of(subject(row), "command " + row.id() + " cannot be given"));
      results.tell(row.id(), CommandResult.failed("a fault of the daemon: " + e, null));
    }
  }

  private static String subject(CommandRow row) {
    return row.machine() == null ? "commands" : row.machine();
  }
}
