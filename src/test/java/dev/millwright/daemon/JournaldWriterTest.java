package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.LogFields;
import dev.millwright.runtime.LogLine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tinylog.Level;
import org.tinylog.configuration.ServiceLoader;
import org.tinylog.core.LogEntry;
import org.tinylog.writers.Writer;

/** Lines with their fields, over a real socket, read as systemd's journal reads them. */
@Timeout(60)
class JournaldWriterTest {

  private static final String PROCESS = "00000000-0000-7000-8000-000000000001";

  @TempDir Path folder;

  private String address;
  private JournaldWriter writer;

  @BeforeEach
  void open() throws Exception {
    address = folder.resolve("journal").toString();
    writer = new JournaldWriter(Map.of("address", address, "format", "{message}"));
  }

  @AfterEach
  void close() throws Exception {
    writer.close();
  }

  private void log(Level level, String message) {
    log(level, message, null);
  }

  private void log(Level level, String message, Throwable exception) {
    writer.write(
        new LogEntry(null, null, Map.of(), "C", "m", "C.java", 1, null, level, message, exception));
  }

  /** Every field of one datagram, in the form that has lengths. */
  private static Map<String, String> fields(byte[] datagram) {
    Map<String, String> fields = new LinkedHashMap<>();
    ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      StringBuilder name = new StringBuilder();
      for (char c = (char) bytes.get(); c != '\n'; c = (char) bytes.get()) {
        name.append(c);
      }
      byte[] value = new byte[(int) bytes.getLong()];
      bytes.get(value);
      assertEquals('\n', bytes.get());
      assertNull(fields.put(name.toString(), new String(value, StandardCharsets.UTF_8)));
    }
    return fields;
  }

  @Test
  void aTransitionHasItsFields() throws Exception {
    try (DatagramServer journal = new DatagramServer(address)) {
      LogFields fields = new LogFields("PRESS-01", "PRESS-01", "start", UUID.fromString(PROCESS));
      log(Level.INFO, fields.with("PRESS-01      idle → processing"));
      assertEquals(
          Map.of(
              "MESSAGE", "PRESS-01      idle → processing",
              "PRIORITY", "6",
              "SYSLOG_IDENTIFIER", "millwright",
              "SUBJECT", "PRESS-01",
              "MACHINE", "PRESS-01",
              "EVENT", "start",
              "PROCESS", PROCESS),
          fields(journal.nextBytes()));
    }
  }

  @Test
  void eachLevelHasItsPriority() throws Exception {
    try (DatagramServer journal = new DatagramServer(address)) {
      log(Level.ERROR, LogLine.of("database", "a"));
      log(Level.WARN, "of a library");
      log(Level.DEBUG, LogLine.of("A,B", "c"));
      assertEquals(
          Map.of(
              "MESSAGE", "database      a",
              "PRIORITY", "3",
              "SYSLOG_IDENTIFIER", "millwright",
              "SUBJECT", "database"),
          fields(journal.nextBytes()));
      assertEquals(
          Map.of("MESSAGE", "of a library", "PRIORITY", "4", "SYSLOG_IDENTIFIER", "millwright"),
          fields(journal.nextBytes()));
      assertEquals("7", fields(journal.nextBytes()).get("PRIORITY"));
    }
  }

  /** A machine's text must not become a field, nor move a terminal's cursor. */
  @Test
  void noTextBecomesAField() throws Exception {
    try (DatagramServer journal = new DatagramServer(address)) {
      log(Level.INFO, "a\nPRIORITY=0\nMACHINE\n\u0001\0\0\0\0\0\0\0x\n\u001b[2J", null);
      Map<String, String> fields = fields(journal.nextBytes());
      assertEquals("6", fields.get("PRIORITY"));
      assertNull(fields.get("MACHINE"));
      assertTrue(fields.get("MESSAGE").endsWith("\n\uFFFD[2J"), fields.get("MESSAGE"));
    }
  }

  @Test
  void aLongMessageIsCut() throws Exception {
    try (DatagramServer journal = new DatagramServer(address)) {
      log(Level.INFO, "€".repeat(1_000_000));
      String message = fields(journal.nextBytes()).get("MESSAGE");
      assertTrue(message.endsWith("€… (983616 characters more)"), message.substring(16_000));
    }
  }

  @Test
  void aFailureComesWithItsLine() throws Exception {
    try (DatagramServer journal = new DatagramServer(address)) {
      log(Level.ERROR, LogLine.of("control", "a fault"), new IllegalStateException("why"));
      Map<String, String> fields = fields(journal.nextBytes());
      assertTrue(fields.get("MESSAGE").startsWith("control       a fault"), fields.toString());
      assertTrue(fields.get("MESSAGE").contains("why"), fields.toString());
      assertEquals("control", fields.get("SUBJECT"));
    }
  }

  /** I8: a link's thread logs, and must not wait; nothing is left out in silence. */
  @Test
  void aJournalThatDoesNotReadKeepsNobodyWaiting() throws Exception {
    int lines = 5_000;
    long before = LogLine.leftOut();
    try (DatagramServer journal = new DatagramServer(address)) {
      long begun = System.nanoTime();
      for (int i = 0; i < lines; i++) {
        log(Level.INFO, "line " + i);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      assertTrue(took.compareTo(Duration.ofSeconds(20)) < 0, took.toString());
      int read = 0;
      String message = fields(journal.nextBytes()).get("MESSAGE");
      while (!message.contains("left out")) {
        assertEquals("line " + read++, message, "in order, the oldest");
        message = fields(journal.nextBytes()).get("MESSAGE");
      }
      assertTrue(read >= JournaldWriter.MOST_WAITING, read + " lines");
      assertTrue(
          message.startsWith(
              "log           systemd's journal was not read for a while: " + (lines - read)),
          message);
      assertTrue(LogLine.leftOut() - before >= lines - read, "the metric counts them");
      log(Level.INFO, "on");
      assertEquals("on", fields(journal.nextBytes()).get("MESSAGE"));
    }
  }

  @Test
  void whatIsLoggedWhileTheJournalIsStartedAnewComesLater() throws Exception {
    log(Level.INFO, "before");
    try (DatagramServer journal = new DatagramServer(address)) {
      assertEquals("before", fields(journal.nextBytes()).get("MESSAGE"));
    }
  }

  @Test
  void tinylogFindsItByItsName() {
    Object found =
        new ServiceLoader<>(Writer.class, Map.class)
            .create("journald", Map.of("address", address, "format", "{message}"));
    assertInstanceOf(JournaldWriter.class, found);
  }

  /** A child inherits JOURNAL_STREAM, and may write elsewhere. */
  @Test
  void standardOutputIsTheJournalOnlyWhereItIsThatVeryStream() throws Exception {
    Path output = Files.createFile(folder.resolve("out"));
    String stream = JournalStream.of(output);
    assertFalse(JournalStream.isStandardOutput(stream, output, address), "no socket");
    try (DatagramServer journal = new DatagramServer(address)) {
      assertTrue(journal != null);
      assertTrue(JournalStream.isStandardOutput(stream, output, address));
      assertFalse(JournalStream.isStandardOutput(stream + "1", output, address));
      assertFalse(JournalStream.isStandardOutput(stream, folder, address));
    }
    assertFalse(JournalStream.isStandardOutput(Map.of()));
  }
}
