package dev.millwright.daemon;

import dev.millwright.runtime.LogFields;
import dev.millwright.runtime.LogLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.core.LogEntryValue;
import org.tinylog.writers.AbstractFormatPatternWriter;

/**
 * Hands lines to systemd's journal with their fields, in its own protocol (systemd.io, "Native
 * Journal Protocol"). A journal that does not read keeps no thread of the daemon waiting: lines
 * wait here up to a limit, further ones are left out, and their number is told (I8). tinylog finds
 * it by the name {@code journald}.
 */
public final class JournaldWriter extends AbstractFormatPatternWriter {

  /** Where systemd-journald(8) listens. */
  static final String SOCKET = "/run/systemd/journal/socket";

  /** How many lines wait at most. */
  static final int MOST_WAITING = 1_000;

  /** Characters of a message; what is longer is cut. A datagram may have about 200 KiB. */
  static final int MOST_CHARACTERS = 16_384;

  private static final long RETRY_MILLIS = 50;
  private static final long STOP_MILLIS = 1_000;

  private final UnixDatagrams journal;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private long leftOut;
  private boolean closed;

  /**
   * For tinylog.
   *
   * @param properties {@code address} of the journal's socket
   * @throws IOException when there are no such sockets here
   */
  public JournaldWriter(Map<String, String> properties) throws IOException {
    super(properties);
    journal = UnixDatagrams.to(properties.get("address"));
    Thread retry = new Thread(this::retry, "journald");
    retry.setDaemon(true);
    retry.start();
  }

  @Override
  public Collection<LogEntryValue> getRequiredLogEntryValues() {
    Collection<LogEntryValue> values = super.getRequiredLogEntryValues();
    values.add(LogEntryValue.LEVEL);
    values.add(LogEntryValue.MESSAGE);
    return values;
  }

  @Override
  public void write(LogEntry entry) {
    LogFields fields = entry.getMessage() == null ? null : LogFields.logged(entry.getMessage());
    send(datagram(entry.getLevel(), render(entry).stripTrailing(), fields));
  }

  private synchronized void send(byte[] datagram) {
    if (waiting.isEmpty() && sent(datagram)) {
      return;
    }
    if (waiting.size() < MOST_WAITING) {
      waiting.add(datagram);
      notifyAll();
    } else {
      leftOut++;
      LogLine.countLeftOut();
    }
  }

  private boolean sent(byte[] datagram) {
    try {
      return journal.send(datagram);
    } catch (IOException e) {
      // It is not there at the moment, as while it is started anew.
      return false;
    }
  }

  private synchronized void retry() {
    try {
      while (!closed) {
        if (waiting.isEmpty()) {
          wait();
        } else if (sent(waiting.peek())) {
          waiting.remove();
          tellLeftOut();
        } else {
          wait(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void tellLeftOut() {
    if (waiting.isEmpty() && leftOut > 0) {
      String words =
          "systemd's journal was not read for a while: " + leftOut + " lines were left out of it";
      String line = LogLine.of("log", words);
      waiting.add(datagram(Level.WARN, line, LogFields.logged(line)));
      leftOut = 0;
    }
  }

  private static byte[] datagram(Level level, String message, LogFields fields) {
    ByteArrayOutputStream datagram = new ByteArrayOutputStream();
    add(datagram, "MESSAGE", bounded(message));
    add(datagram, "PRIORITY", priority(level));
    add(datagram, "SYSLOG_IDENTIFIER", "millwright");
    if (fields != null) {
      add(datagram, "SUBJECT", fields.subject());
      add(datagram, "MACHINE", fields.machine());
      add(datagram, "EVENT", fields.event());
      add(datagram, "PROCESS", fields.process() == null ? null : fields.process().toString());
    }
    return datagram.toByteArray();
  }

  private static String bounded(String message) {
    int more = message.length() - MOST_CHARACTERS;
    return more <= 0
        ? message
        : message.substring(0, MOST_CHARACTERS) + "… (" + more + " characters more)";
  }

  /** Of syslog(3): err, warning, info, debug. */
  private static String priority(Level level) {
    return switch (level) {
      case ERROR -> "3";
      case WARN -> "4";
      case INFO -> "6";
      default -> "7";
    };
  }

  /** Always with its length, so that no value can bring a field of its own. */
  private static void add(ByteArrayOutputStream datagram, String name, String value) {
    if (value != null) {
      byte[] bytes = printable(value).getBytes(StandardCharsets.UTF_8);
      datagram.writeBytes((name + "\n").getBytes(StandardCharsets.US_ASCII));
      datagram.writeBytes(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(bytes.length)
              .array());
      datagram.writeBytes(bytes);
      datagram.write('\n');
    }
  }

  /** journalctl shows a message with other control characters as a number of bytes. */
  private static String printable(String value) {
    return value.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\uFFFD");
  }

  @Override
  public void flush() {}

  /** Tries for a moment to get rid of what waits. */
  @Override
  public synchronized void close() throws InterruptedException {
    long until = System.nanoTime() + STOP_MILLIS * 1_000_000;
    while (!waiting.isEmpty() && System.nanoTime() - until < 0) {
      wait(RETRY_MILLIS);
    }
    closed = true;
    notifyAll();
  }
}
