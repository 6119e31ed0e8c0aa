package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.idle;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.Journal.Count;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Complaint 19: what the database refuses stays to be seen, and only a person gives it up. */
class JournalQuarantineTest {

  @TempDir Path folder;
  private Journal journal;

  @BeforeEach
  void open_() throws JournalException {
    journal = open(folder.resolve("journal.db"));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private void reopen() throws JournalException {
    journal.close();
    journal = open(folder.resolve("journal.db"));
  }

  private List<UUID> waiting() throws JournalException {
    return Samples.waiting(journal).stream().map(e -> e.transition().id()).toList();
  }

  private Entry entry(long id) throws JournalException {
    return journal.all(id - 1, 1).get(0);
  }

  /** Somebody deleted the row: what was decided for it is evidence, and blocks nobody. */
  @Test
  void aMachineWhoseRowIsGoneIsQuarantinedWhole() throws JournalException {
    append(journal, "A", 0);
    journal.quarantine(1, "too long", idle("A", 0));
    append(journal, "A", 0, 2);
    UUID other = append(journal, "B", 0);
    journal.quarantineAll("A", "its row is gone");
    reopen();
    assertEquals(List.of(other), waiting());
    assertEquals(
        List.of("too long", "its row is gone", "it follows on one that is in quarantine"),
        journal.all(0, 3).stream().map(Entry::quarantined).toList());
    assertEquals(Set.of("B"), journal.known().keySet());
    UUID anew = append(journal, "A", 0);
    assertEquals(List.of(other, anew), waiting(), "a new row begins anew, and waits for nothing");
  }

  /** Who looks at a machine sees how much of it is here, and how old that is. */
  @Test
  void eachMachinesBacklogIsCountedApart() throws JournalException {
    assertEquals(Map.of(), journal.backlogs());
    append(journal, "A", 0);
    journal.quarantine(1, "too long", idle("A", 0));
    append(journal, "A", 0, 3);
    append(journal, "B", 0);
    journal.quarantine(5, "too long", idle("B", 0));
    append(journal, "C", 0);
    assertEquals(
        Map.of(
            "A", new Backlog(3, Samples.transition(0).to().since(), 1),
            "B", new Backlog(0, null, 1),
            "C", new Backlog(1, Samples.transition(0).to().since(), 0)),
        journal.backlogs());
  }

  @Test
  void aRetriedEntryWhoseRowIsGoneIsQuarantinedWithTheRest() throws JournalException {
    append(journal, "A", 0);
    journal.quarantine(1, "too long", idle("A", 0));
    append(journal, "A", 0);
    journal.retry(List.of(1L));
    journal.quarantineAll("A", "its row is gone");
    assertEquals(new Count(0, 2), journal.count());
    assertFalse(entry(1).retried(), "it no longer waits");
  }

  /** Delivery has to know that this one may not fit, and that the others are not to blame. */
  @Test
  void aRetriedEntrySaysSoUntilItIsPutBack() throws JournalException {
    append(journal, "A", 0, 2);
    journal.quarantine(1, "no", idle("A", 40));
    UUID next = append(journal, "A", 40);
    assertFalse(entry(1).retried(), "it is quarantined");
    assertEquals(1, journal.retry(List.of(1L)));
    reopen();
    assertTrue(journal.oldest("A", 1).get(0).retried());
    journal.putBack(1, "the row went on");
    assertEquals(List.of(next), waiting());
    assertEquals("the row went on", entry(1).quarantined());
    assertFalse(entry(1).retried());
    assertFalse(journal.oldest("A", 1).get(0).retried());
  }

  /** Without a new base, what waits behind it would be sent without the one that it follows on. */
  @Test
  void onlyARetriedEntryCanBePutBack() throws JournalException {
    append(journal, "A", 0);
    journal.quarantine(1, "no", idle("A", 0));
    UUID next = append(journal, "A", 0);
    journal.putBack(1, "it is there already");
    journal.putBack(2, "it was never quarantined");
    assertEquals("no", entry(1).quarantined());
    assertEquals(List.of(next), waiting());
  }

  /** A new base voids what was decided on the old one, but for what only a person gives up. */
  @Test
  void aNewBaseDoesNotLoseARetriedEntry() throws JournalException {
    append(journal, "A", 0);
    journal.quarantine(1, "no", idle("A", 40));
    append(journal, "A", 40, 2);
    journal.retry(List.of(1L));
    journal.rebase(idle("A", 50));
    reopen();
    assertEquals(new Count(0, 1), journal.count());
    assertTrue(entry(1).quarantined().contains("retry was not delivered"), entry(1).quarantined());
    UUID next = append(journal, "A", 50);
    assertEquals(List.of(next), waiting());
  }

  /** A person has restored the row, and retries what was quarantined when it was gone. */
  @Test
  void aMachineThatBeginsAnewLeavesWhatIsRetried() throws JournalException {
    append(journal, "A", 0);
    journal.quarantineAll("A", "its row is gone");
    journal.retry(List.of(1L));
    journal.begin(idle("A", 0));
    assertTrue(journal.oldest("A", 1).get(0).retried());
    assertEquals(idle("A", 0), journal.known().get("A"));
  }

  @Test
  void onlyWhatIsQuarantinedCanBeDiscarded() throws JournalException {
    append(journal, "A", 0);
    append(journal, "B", 0);
    append(journal, "A", 1);
    journal.quarantine(2, "no", idle("B", 0));
    assertEquals(0, journal.discard(List.of(1L)), "it waits for delivery");
    assertEquals(0, journal.discard(List.of(77L)), "there is none");
    assertEquals(1, journal.discard(List.of(2L)));
    assertEquals(0, journal.discard(List.of(2L)), "it is gone");
    reopen();
    assertEquals(List.of(1L, 3L), journal.all(0, 9).stream().map(Entry::id).toList());
    assertEquals(new Count(2, 0), journal.count());
  }
}
