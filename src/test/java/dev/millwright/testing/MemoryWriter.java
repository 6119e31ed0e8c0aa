package dev.millwright.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tinylog.core.LogEntry;
import org.tinylog.core.LogEntryValue;
import org.tinylog.writers.Writer;

/** Keeps what is logged, for tests of what a technician reads; tinylog's writer {@code memory}. */
public final class MemoryWriter implements Writer {

  /** More than any test makes; the oldest go first. */
  private static final int LIMIT = 20_000;

  private static final List<String> LINES = new ArrayList<>();

  /** For tinylog. */
  public MemoryWriter(Map<String, String> properties) {}

  @Override
  public Collection<LogEntryValue> getRequiredLogEntryValues() {
    return Set.of(LogEntryValue.LEVEL, LogEntryValue.MESSAGE);
  }

  @Override
  public void write(LogEntry entry) {
    synchronized (LINES) {
      if (LINES.size() == LIMIT) {
        LINES.remove(0);
      }
      LINES.add(entry.getLevel() + " " + entry.getMessage());
    }
  }

  /** Forgets all of it. */
  public static void clear() {
    synchronized (LINES) {
      LINES.clear();
    }
  }

  /** The lines about a subject, each as its level and its message. */
  public static List<String> of(String subject) {
    synchronized (LINES) {
      return LINES.stream().filter(line -> line.split(" +", 3)[1].equals(subject)).toList();
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
