package dev.millwright.journal;

import java.util.List;

/**
 * What is to be delivered next: see {@link Journal#fair}.
 *
 * @param entries those of each machine in order
 * @param unreadable the oldest entry of each machine of which it cannot be read: nothing of that
 *     machine is among the entries
 * @param revision tells whether what waits has changed since: see {@link Journal#isCurrent}
 */
public record Batch(List<Entry> entries, List<Unreadable> unreadable, long revision) {

  public Batch {
    entries = List.copyOf(entries);
    unreadable = List.copyOf(unreadable);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return entries.isEmpty() && unreadable.isEmpty();
  }
}
