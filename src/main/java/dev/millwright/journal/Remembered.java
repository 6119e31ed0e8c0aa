package dev.millwright.journal;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.Order;
import dev.millwright.machine.Transition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that waits for delivery, as it was appended, for as long as that is little: what is decided
 * now is delivered without asking the file for it. Safe for use by several threads.
 *
 * <p>Either it is whole, and then it is the same as what waits in the file but for what is
 * confirmed, machine by machine and in the same order; or it is nothing, and the file has to be
 * asked. It becomes whole when the file was found to have nothing that waits, is kept whole by what
 * is appended and confirmed, and becomes nothing by anything else: too much, a change of what
 * waits, a confirmation that could not leave the file. What is on the disk never depends on it.
 */
final class Remembered {

  /**
   * One transition of each of 10,000 machines, and some more; a sixteenth of the heap that the unit
   * allows.
   */
  static final long MOST_BYTES = 8 << 20;

  /** What an entry without texts takes of the heap, with its place in here. */
  static final long ENTRY_BYTES = 500;

  private final long mostBytes;
  private final NavigableMap<String, Deque<Entry>> machines = new TreeMap<>();

  /** What they take of the heap, about. */
  private long bytes;

  private boolean whole;

  /** Counts what has changed what waits in another way than by appending and confirming. */
  private long revision;

  /**
   * @param mostBytes how many bytes of the heap it may take; with more it is nothing
   */
  Remembered(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** The file has nothing that waits. To be said by who has the file. */
  synchronized void whole() {
    whole = true;
  }

  /** These are on the disk. To be said by who has the file, in the order of their commits. */
  synchronized void append(List<Entry> entries) {
    if (!whole) {
      return;
    }
    for (Entry entry : entries) {
      machines.computeIfAbsent(entry.machine(), name -> new ArrayDeque<>(1)).add(entry);
      bytes += bytes(entry);
    }
    if (bytes > mostBytes) {
      forget();
    }
  }

  /** Its texts by two bytes for a character. */
  private static long bytes(Entry entry) {
    Transition transition = entry.transition();
    Detail detail = transition.detail();
    long characters = length(detail.recipe()) + length(detail.batch()) + length(detail.reason());
    characters += length(transition.from().failure()) + length(transition.to().failure());
    Order order = detail.order();
    if (order != null) {
      characters += length(order.operator()) + length(order.reason()) + length(order.recipeHash());
    }
    return ENTRY_BYTES + 2 * characters;
  }

  private static long length(Failure failure) {
    return failure == null ? 0 : length(failure.component()) + length(failure.description());
  }

  private static long length(String text) {
    return text == null ? 0 : text.length();
  }

  /** These are delivered. */
  synchronized void confirm(Collection<Entry> entries) {
    for (Entry entry : entries) {
      Deque<Entry> waiting = machines.get(entry.machine());
      if (waiting != null && remove(waiting, entry.id())) {
        bytes -= bytes(entry);
        if (waiting.isEmpty()) {
          machines.remove(entry.machine());
        }
      }
    }
  }

  /** It is the first, as a rule. */
  private static boolean remove(Deque<Entry> waiting, long id) {
    if (waiting.getFirst().id() == id) {
      waiting.removeFirst();
      return true;
    }
    return waiting.removeIf(entry -> entry.id() == id);
  }

  /** What waits is about to change in another way. To be said by who has the file. */
  synchronized void change() {
    revision++;
    forget();
  }

  /** The file has to be asked. */
  synchronized void forget() {
    machines.clear();
    bytes = 0;
    whole = false;
  }

  synchronized boolean isWhole() {
    return whole;
  }

  synchronized long revision() {
    return revision;
  }

  /** Whether anything of this machine waits; null when the file has to be asked. */
  synchronized Boolean waits(String machine) {
    return whole ? Boolean.valueOf(machines.containsKey(machine)) : null;
  }

  /**
   * The same as {@link Journal#fair}.
   *
   * @param lasts the number of the last one of each machine that is not to be in it
   * @return null when the file has to be asked
   */
  synchronized Batch fair(String after, int most, Set<String> except, Map<String, Long> lasts) {
    if (!whole) {
      return null;
    }
    Map<String, Deque<Entry>> serving = new LinkedHashMap<>();
    String first = after == null ? "" : after;
    for (NavigableMap<String, Deque<Entry>> part :
        List.of(machines.tailMap(first, false), machines.headMap(first, true))) {
      for (Map.Entry<String, Deque<Entry>> machine : part.entrySet()) {
        if (serving.size() == most) {
          break;
        }
        if (!except.contains(machine.getKey())
            && machine.getValue().getLast().id() > lasts.getOrDefault(machine.getKey(), 0L)) {
          serving.put(machine.getKey(), machine.getValue());
        }
      }
    }
    List<Entry> next = new ArrayList<>();
    int share = Math.max(1, most / Math.max(1, serving.size()));
    serving.forEach(
        (machine, waiting) -> {
          long last = lasts.getOrDefault(machine, 0L);
          int room = Math.min(share, most - next.size());
          waiting.stream().filter(entry -> entry.id() > last).limit(room).forEach(next::add);
        });
    return new Batch(next, List.of(), revision);
  }
}
