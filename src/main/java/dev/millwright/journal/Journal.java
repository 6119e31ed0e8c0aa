package dev.millwright.journal;

import dev.millwright.machine.Transition;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Transitions that the database has not confirmed, on disk, in the order of decision; and what is
 * known of each machine after the last of them. Safe for use by several threads.
 *
 * <p>Where each call stands if the process dies: {@link #append} that has returned is on the disk,
 * one that has not may be, whole or not at all. {@link #confirm} may be lost; then the transitions
 * are delivered once more, and recognised. {@link #rebase} is whole or not at all, but for the
 * newest of very many entries.
 */
public final class Journal implements AutoCloseable {

  /** Longest reason of a quarantine that is kept, in characters; the log has all of it. */
  private static final int REASON_CHARACTERS = 1000;

  /** So that other writers have their turn, and the log stays small. */
  private static final int CHANGED_AT_ONCE = 5_000;

  /** Why an entry that was retried is quarantined again. */
  private static final String GONE_ON =
      "its retry was not delivered: the row was changed once more before";

  private final JournalFile file;

  private final Commits commits;

  private final TakenCommands commands;

  private final Confirmations confirmations = new Confirmations();

  private final Remembered remembered;

  /** Makes a value of a row, or null of one that is to be left out. */
  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /**
   * Opens the journal, making it where there is none.
   *
   * @throws JournalException when another process holds it, or the disk refuses
   */
  public static Journal open(JournalSettings settings, Instant now) throws JournalException {
    return open(settings, now, Remembered.MOST_BYTES);
  }

  /**
   * The same.
   *
   * @param remembered how many bytes of the heap may hold what waits
   */
  static Journal open(JournalSettings settings, Instant now, long remembered)
      throws JournalException {
    return new Journal(JournalFile.open(settings, now), remembered);
  }

  /**
   * Opens a journal that no daemon holds, for a person's command.
   *
   * @return null when there is none; none is made
   * @throws JournalException when another process holds it, or it is not a sound journal: it is not
   *     set aside
   */
  public static Journal openExisting(JournalSettings settings, Instant now)
      throws JournalException {
    JournalFile file = JournalFile.openExisting(settings, now);
    return file == null ? null : new Journal(file, Remembered.MOST_BYTES);
  }

  /**
   * Looks at all of a journal that no daemon holds, and changes nothing. Takes as long as reading
   * the file.
   *
   * @return null when there is none
   * @throws JournalException when another process holds it, or it cannot be read
   */
  public static Verdict verify(JournalSettings settings, Instant now) throws JournalException {
    return Verdict.of(settings, now);
  }

  private Journal(JournalFile file, long most) {
    this.file = file;
    this.remembered = new Remembered(most);
    this.commits = new Commits(file);
    this.commands = new TakenCommands(file, commits);
  }

  /** What was found in its place and set aside, in words for the log; null when nothing was. */
  public String setAside() {
    return file.setAside();
  }

  /** The commands that are under way, in the same file. */
  public TakenCommands commands() {
    return commands;
  }

  /**
   * Keeps decided transitions of one machine, in order, and what is known after them. On the disk
   * when it returns.
   *
   * @param base what was known when they were decided
   * @param after what is known with the last of them
   * @throws JournalException when they could not be kept: none of them is. (Where the disk failed
   *     in the last moment and the process dies then, all of them may be there.)
   * @throws IllegalStateException when something else is known here than the base, or they do not
   *     lead from it to what is known after: whoever decided has missed a new base
   */
  public void append(Known base, Known after, List<Transition> transitions)
      throws JournalException {
    List<Entry> appended = new ArrayList<>();
    commits.write(
        "takes no transition",
        () -> {
          file.requireInPlace();
          file.requireRoom();
          appended.clear(); // it may be done a second time, in a commit of its own
          insert(base, after, transitions, appended);
          file.tails().know(after);
        },
        () -> remembered.append(appended));
  }

  private void insert(Known base, Known after, List<Transition> transitions, List<Entry> appended)
      throws SQLException {
    Tail tail = file.tails().of(base.machine());
    if (tail == null) {
      tail = Tail.of(base);
    }
    tail.require(base);
    for (Transition transition : transitions) {
      Entry entry =
          new Entry(
              file.nextEntry(),
              tail.machine(),
              tail.rowId(),
              tail.transitionId(),
              transition,
              null,
              false);
      PreparedStatement insert = file.prepared(Sql.APPEND);
      Codec.bind(insert, entry);
      insert.executeUpdate();
      appended.add(entry);
      tail = tail.then(transition);
    }
    tail.require(after);
  }

  /**
   * Keeps what machines have shown since, such as the last contact, without a transition. What was
   * overtaken by a transition or a new base is left out.
   */
  public void know(Collection<Known> machines) throws JournalException {
    commits.write(
        "takes no contact",
        () -> {
          file.requireInPlace();
          for (Known known : machines) {
            if (Tail.of(known).equals(file.tails().of(known.machine()))) {
              file.tails().know(known);
            }
          }
        });
  }

  /**
   * What to deliver next, fair between machines: of each machine that has entries waiting the
   * oldest, in order, as many of each as fit.
   *
   * @param afterMachine the machines come in the order of their names, around from the one after
   *     this; null for the first
   * @param most how many in all; machines that it leaves no room for come first in another call
   * @param except machines to leave out
   */
  public Batch fair(String afterMachine, int most, Set<String> except) throws JournalException {
    Batch next = remembered.fair(afterMachine, most, except, confirmations.lasts(List.of()));
    return next != null ? next : fairOfFile(afterMachine, most, except);
  }

  /** Whether what waits can be said without the file. */
  boolean isRemembered() {
    return remembered.isWhole();
  }

  /** What waits, by the file. */
  Batch fairOfFile(String afterMachine, int most, Set<String> except) throws JournalException {
    return commits.aloneAsItIs(() -> fair(afterMachine, most, except, List.of()));
  }

  /**
   * The same as if all of a batch had been confirmed, which is being delivered yet: what follows on
   * it.
   *
   * @return null where the batch is no longer current
   */
  public Batch fairAfter(Batch underWay, String afterMachine, int most, Set<String> except)
      throws JournalException {
    Batch next =
        remembered.fair(afterMachine, most, except, confirmations.lasts(underWay.entries()));
    if (next != null) {
      return next.revision() == underWay.revision() ? next : null;
    }
    return commits.aloneAsItIs(
        () -> isCurrent(underWay) ? fair(afterMachine, most, except, underWay.entries()) : null);
  }

  /**
   * Whether what waits is the same as when this was read, but for what was appended and confirmed
   * since: if so, nothing of it is void, in quarantine, or has another entry before it now.
   */
  public boolean isCurrent(Batch batch) {
    return batch.revision() == remembered.revision();
  }

  private Batch fair(String afterMachine, int most, Set<String> except, List<Entry> underWay)
      throws JournalException {
    Map<String, Long> lasts = confirmations.lasts(underWay);
    long limit = (long) most + except.size() + lasts.size();
    List<String> machines = waiting(afterMachine, limit);
    boolean isAll = machines.size() < limit && except.isEmpty() && underWay.isEmpty();
    machines.removeAll(except);
    int each = Math.max(1, most / Math.max(1, machines.size()));
    Map<String, List<Long>> shares = new LinkedHashMap<>();
    int room = most;
    for (String machine : machines) {
      if (room > 0) {
        List<Long> share = oldest(machine, lasts.getOrDefault(machine, 0L), Math.min(each, room));
        shares.put(machine, share);
        room -= share.size();
      }
    }
    List<Unreadable> unreadable = new ArrayList<>();
    List<Entry> next = entries(shares, unreadable::add);
    if (isAll && next.isEmpty() && unreadable.isEmpty() && isAllConfirmed()) {
      remembered.whole();
    }
    return new Batch(next, unreadable, remembered.revision());
  }

  /** Not so where one that was retried is older than what is confirmed of its machine. */
  private boolean isAllConfirmed() throws JournalException {
    return read(1, Sql.COUNT, row -> row.getLong(1)).get(0) == confirmations.size();
  }

  /** No more of the machines that wait than have a share. */
  private List<String> waiting(String after, long most) throws JournalException {
    String first = after == null ? "" : after;
    List<String> machines = names(first, null, most);
    if (machines.size() < most && after != null) {
      machines.addAll(names("", after, most - machines.size()));
    }
    return machines;
  }

  private List<String> names(String after, String last, long most) throws JournalException {
    return read(Integer.MAX_VALUE, Sql.WAITING, row -> row.getString(1), after, last, most);
  }

  /**
   * A machine's oldest entries that wait for delivery, in order, the retried ones among them; up to
   * one that cannot be read, on which the next ones follow.
   */
  public List<Entry> oldest(String machine, int most) throws JournalException {
    return commits.alone(
        () -> entries(Map.of(machine, oldest(machine, 0, most)), unreadable -> {}));
  }

  private List<Long> oldest(String machine, long after, int most) throws JournalException {
    return read(most, Sql.OLDEST, row -> row.getLong(1), machine, after, most);
  }

  /**
   * All by one statement: each has the driver ask for the names of all its columns.
   *
   * @param shares the numbers of each machine's entries, in order
   * @param told is told the first of a machine's if it cannot be read
   * @return of each machine those before one that cannot be read
   */
  private List<Entry> entries(Map<String, List<Long>> shares, Consumer<Unreadable> told)
      throws JournalException {
    String numbers = shares.values().stream().flatMap(List::stream).toList().toString();
    Map<Long, Unreadable> unreadable = new HashMap<>();
    Map<Long, Entry> entries = new HashMap<>();
    read(
            Integer.MAX_VALUE,
            Sql.NUMBERED,
            row -> Codec.entry(row, why -> unreadable.put(why.id(), why)),
            numbers)
        .forEach(entry -> entries.put(entry.id(), entry));
    List<Entry> next = new ArrayList<>();
    for (Map.Entry<String, List<Long>> share : shares.entrySet()) {
      List<Entry> some =
          share.getValue().stream().map(entries::get).takeWhile(Objects::nonNull).toList();
      next.addAll(some);
      if (some.isEmpty() && !share.getValue().isEmpty()) {
        long first = share.getValue().get(0);
        if (!unreadable.containsKey(first)) {
          throw new JournalException(
              JournalException.Kind.DISK,
              file.path(),
              "is damaged (entry " + first + " of " + share.getKey() + " is in an index only)",
              null);
        }
        told.accept(unreadable.get(first));
      }
    }
    return next;
  }

  /**
   * Whether anything waits for delivery to this machine's row, readable or not. What an {@link
   * #append} that has not returned keeps may count or not.
   */
  public boolean waits(String machine) throws JournalException {
    Boolean waits = remembered.waits(machine);
    return waits != null ? waits : waitsInFile(machine);
  }

  /** The same by the file. */
  boolean waitsInFile(String machine) throws JournalException {
    return !ask(Sql.WAITS, row -> 1, machine).isEmpty();
  }

  /** All entries after the one with this number that can be read, also the quarantined ones. */
  public List<Entry> all(long after, int most) throws JournalException {
    return all(after, most, unreadable -> {});
  }

  /**
   * The same.
   *
   * @param told is told those among them that cannot be read
   */
  public List<Entry> all(long after, int most, Consumer<Unreadable> told) throws JournalException {
    return commits.alone(() -> read(most, Sql.ALL, row -> Codec.entry(row, told), after));
  }

  /**
   * These are delivered. They leave the file with the next commit, or when anything is asked of it
   * but what is to be delivered; that waits for no disk. If the process dies before, or the power
   * goes before the next {@link #append} has returned, they are delivered once more.
   *
   * @throws JournalException when some that were confirmed before could not leave the file: those,
   *     and these, are delivered once more
   */
  public void confirm(Collection<Entry> entries) throws JournalException {
    confirmations.add(commits, file, entries, id -> execute(Sql.CONFIRM, id), remembered::forget);
    remembered.confirm(entries);
    if (confirmations.areMany()) {
      commits.flush();
    }
  }

  /** What is confirmed leaves the file, if it has not yet. */
  public void flush() throws JournalException {
    commits.flush();
  }

  /** The first thing that is known of a machine, or the first after its row was gone. */
  public void begin(Known known) throws JournalException {
    commits.write("takes no new base", () -> file.tails().know(known));
  }

  /**
   * The row was found to be another than the one that was decided on: what waits for this machine
   * is void, and this is known instead. A retried entry is not void, as only a person gives it up:
   * it is quarantined again.
   *
   * <p>Very many take several commits, the newest first, and the last one takes the oldest and sets
   * the new base. If the process dies before, what is left is sent again, and answered the same.
   */
  public void rebase(Known known) throws JournalException {
    voidNewest(known.machine(), 0);
    commits.write("takes no new base", () -> base(known));
  }

  /**
   * The database refuses this entry for its content; it is kept, and no longer waits. The machine
   * goes on from the row as it is, at once: what follows the entry is void.
   */
  public void quarantine(long id, String reason, Known base) throws JournalException {
    voidNewest(base.machine(), id);
    commits.write(
        "takes no quarantine",
        () -> {
          alter(Sql.QUARANTINE, shortened(reason), id);
          base(base);
        });
  }

  /**
   * The machine's row is gone: what waits for it is kept in quarantine, and nothing is known of the
   * machine any more. Many take several commits, and the last one forgets the machine; if the
   * process dies before, the rest still waits, and its row is found to be gone once more.
   */
  public void quarantineAll(String machine, String reason) throws JournalException {
    AtomicInteger next = new AtomicInteger(CHANGED_AT_ONCE);
    while (next.get() == CHANGED_AT_ONCE) {
      commits.write(
          "takes no quarantine",
          () -> {
            alter(Sql.QUARANTINE_OLDEST, machine, shortened(reason));
            next.set(alter(Sql.QUARANTINE_NEXT, machine, CHANGED_AT_ONCE));
            if (next.get() < CHANGED_AT_ONCE) {
              file.tails().forget(machine);
            }
          });
    }
  }

  /** An entry that was retried, and only such a one, is quarantined again, for this reason. */
  public void putBack(long id, String reason) throws JournalException {
    commits.write("takes no quarantine", () -> alter(Sql.PUT_BACK, shortened(reason), id));
  }

  /**
   * Quarantined entries wait for delivery again, in their old places. One commit for all of them,
   * or for each few thousand.
   *
   * @return how many of them there were
   */
  public int retry(List<Long> ids) throws JournalException {
    return changeEach("retries nothing", Sql.RETRY, ids);
  }

  /**
   * Gives quarantined entries up, for good; in as many commits.
   *
   * @return how many of them there were
   */
  public int discard(List<Long> ids) throws JournalException {
    return changeEach("discards nothing", Sql.DISCARD, ids);
  }

  /** What is known of each machine, by serial number, where it can be read. */
  public Map<String, Known> known() throws JournalException {
    return known(unreadable -> {});
  }

  /**
   * The same.
   *
   * @param told is told of which machines it cannot be read
   */
  public Map<String, Known> known(Consumer<Unreadable> told) throws JournalException {
    Map<String, Known> known = new LinkedHashMap<>();
    ask(Sql.KNOWN, row -> Codec.known(row, told)).forEach(of -> known.put(of.machine(), of));
    return known;
  }

  /**
   * What each driven machine shows, by serial number, where it can be read.
   *
   * @param told is told of which machines it cannot be read
   */
  public Map<String, DriveRecord> drives(Consumer<Unreadable> told) throws JournalException {
    Map<String, DriveRecord> drives = new LinkedHashMap<>();
    ask(Sql.DRIVES, row -> Codec.drive(row, told)).forEach(of -> drives.put(of.machine(), of));
    return drives;
  }

  /** Keeps what a driven machine shows from now on. On the disk when it returns. */
  public void drive(DriveRecord drive) throws JournalException {
    commits.write("takes no change of a driven machine", () -> keep(drive));
  }

  /**
   * The same at the start of a run, with the recipe as it is now: both or none of them. Recipes
   * that nothing refers to any more go.
   */
  public void drive(DriveRecord drive, KeptRecipe recipe) throws JournalException {
    commits.write(
        "takes no run",
        () -> {
          file.requireInPlace();
          file.requireRoom();
          execute(Sql.KEEP_RECIPE, recipe.hash(), recipe.name(), recipe.source());
          keep(drive);
          execute(Sql.FORGET_RECIPES);
        });
  }

  /** A recipe as it was run; null when it is not kept here. */
  public KeptRecipe recipe(String hash) throws JournalException {
    List<KeptRecipe> found =
        ask(Sql.RECIPE, row -> new KeptRecipe(hash, row.getString(1), row.getString(2)), hash);
    return found.isEmpty() ? null : found.get(0);
  }

  private void keep(DriveRecord drive) throws SQLException {
    PreparedStatement upsert = file.prepared(Sql.DRIVE);
    Codec.bind(upsert, drive);
    upsert.executeUpdate();
  }

  /**
   * How many entries there are.
   *
   * @param waiting for delivery
   * @param quarantined refused by the database
   */
  public record Count(long waiting, long quarantined) {}

  /** How many entries there are now. */
  public Count count() throws JournalException {
    return ask(Sql.COUNT, row -> new Count(row.getLong(1), row.getLong(2))).get(0);
  }

  /** The same for each machine that has any, by serial number. */
  public Map<String, Backlog> backlogs() throws JournalException {
    return Backlog.merged(
        ask(Sql.BACKLOGS, row -> Map.entry(row.getString(1), Codec.backlog(row))));
  }

  /**
   * How full it is.
   *
   * @param usedBytes what is in it takes so much of the file
   * @param limitBytes from there on it takes no transition; what else it has to keep still fits
   */
  public record Room(long usedBytes, long limitBytes) {}

  /** How full it is now. */
  public Room room() throws JournalException {
    return commits.alone(file::room);
  }

  private void base(Known known) throws SQLException {
    alter(Sql.VOID, known.machine());
    alter(Sql.PUT_ALL_BACK, GONE_ON, known.machine());
    file.tails().know(known);
  }

  /** All but a few thousand, which go in one commit with the new base. */
  private void voidNewest(String machine, long but) throws JournalException {
    int gone = CHANGED_AT_ONCE;
    while (gone == CHANGED_AT_ONCE) {
      gone = change("takes no new base", Sql.VOID_NEWEST, machine, CHANGED_AT_ONCE, but);
    }
  }

  private int change(String refusal, String sql, Object... values) throws JournalException {
    AtomicInteger changed = new AtomicInteger();
    commits.write(refusal, () -> changed.set(alter(sql, values)));
    return changed.get();
  }

  private int changeEach(String refusal, String sql, List<Long> ids) throws JournalException {
    int all = 0;
    for (int from = 0; from < ids.size(); from += CHANGED_AT_ONCE) {
      List<Long> some = ids.subList(from, Math.min(ids.size(), from + CHANGED_AT_ONCE));
      AtomicInteger changed = new AtomicInteger();
      commits.write(
          refusal,
          () -> {
            changed.set(0); // it may be done a second time, in a commit of its own
            for (Long id : some) {
              changed.addAndGet(alter(sql, id));
            }
          });
      all += changed.get();
    }
    return all;
  }

  /** Changes what waits. */
  private int alter(String sql, Object... values) throws SQLException {
    remembered.change();
    return execute(sql, values);
  }

  private int execute(String sql, Object... values) throws SQLException {
    return bound(sql, values).executeUpdate();
  }

  private PreparedStatement bound(String sql, Object... values) throws SQLException {
    PreparedStatement statement = file.prepared(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  private static String shortened(String reason) {
    return reason.length() <= REASON_CHARACTERS ? reason : reason.substring(0, REASON_CHARACTERS);
  }

  private <T> List<T> ask(String query, Reader<T> reader, Object... values)
      throws JournalException {
    return commits.alone(() -> read(Integer.MAX_VALUE, query, reader, values));
  }

  private <T> List<T> read(int most, String query, Reader<T> reader, Object... values)
      throws JournalException {
    try (ResultSet row = bound(query, values).executeQuery()) {
      List<T> answer = new ArrayList<>();
      while (answer.size() < most && row.next()) {
        T value = reader.read(row);
        if (value != null) {
          answer.add(value);
        }
      }
      return answer;
    } catch (SQLException e) {
      file.forgetPrepared();
      throw JournalFile.failure(file.path(), "cannot be read", e);
    }
  }

  /** Lets go of the file. What is in it stays. */
  @Override
  public void close() {
    commits.close();
    remembered.forget();
  }
}
