package dev.millwright.trace;

import dev.millwright.runtime.Recorder;
import dev.millwright.runtime.Snapshot;
import dev.millwright.runtime.Step;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Writes a machine's trace on a thread of its own, so that whoever records never waits for a disk.
 * What comes faster than the disk takes it is left out; the trace says how much, and goes on from a
 * state of its own. Safe for use by several threads.
 */
public final class TraceWriter implements Recorder, AutoCloseable {

  /** The end of a trace that has become as large as it may. */
  public static final String FULL = "max_size";

  private static final String CLOSED = "closed";

  /** Lines that wait for the disk: of some hundred bytes each, mostly. */
  private static final int MAX_WAITING = 4_000;

  private static final long MAX_WAITING_BYTES = 16 << 20;

  /** What a machine makes is not everybody's business. */
  private static final Set<PosixFilePermission> RIGHTS =
      PosixFilePermissions.fromString("rw-r-----");

  /** Room for the last line. */
  private static final int RESERVE_BYTES = 100;

  /** Not by an interrupt, which would close the file under the writing. */
  private static final long LOOK_EVERY_MS = 100;

  private static final long CLOSE_WITHIN_MS = 2_000;

  /** Never a line: from here on a new file is written. */
  private static final String ROLL = "";

  private final Path file;
  private final Header header;
  private final long maxBytes;
  private final boolean rolls;
  private final Consumer<IOException> onFailure;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread thread;
  private final AtomicLong waitingBytes = new AtomicLong();
  private BufferedWriter out;
  private long bytes;
  private long lost;
  private boolean ended;
  private volatile boolean full;
  private volatile boolean closing;
  private volatile IOException failure;

  private TraceWriter(
      Path file, Header header, long maxBytes, boolean rolls, Consumer<IOException> onFailure) {
    this.file = file;
    this.header = header;
    this.maxBytes = maxBytes;
    this.rolls = rolls;
    this.onFailure = onFailure;
    this.thread = new Thread(this::write, "trace " + file.getFileName());
    thread.setDaemon(true);
    boolean unused = offer(TraceJson.of(header));
  }

  /**
   * A trace that ends when it is full.
   *
   * @param file must not be there yet
   * @param maxBytes 10,000 or more
   * @throws IOException when the file cannot be made
   */
  public static TraceWriter once(Path file, Header header, long maxBytes) throws IOException {
    TraceWriter writer = new TraceWriter(file, header, maxBytes, false, failure -> {});
    writer.open();
    writer.thread.start();
    return writer;
  }

  /**
   * A trace that always has what came last: a full file gets {@code .1} behind its name, where it
   * replaces the one before, and a new one is begun. So does what is there from before, when the
   * first step comes: a program that ends before that leaves both as they are.
   *
   * @param maxBytes of both files together; 10,000 or more
   * @param onFailure called once when nothing can be written any more, by a thread of this
   */
  public static TraceWriter rolling(
      Path file, Header header, long maxBytes, Consumer<IOException> onFailure) {
    return new TraceWriter(file, header, maxBytes / 2, true, onFailure);
  }

  /** Whether it is as large as it may be, and takes nothing more. */
  public boolean isFull() {
    return full;
  }

  /** How many bytes have been taken for the present file. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Why nothing can be written any more; null when all is well. */
  public IOException failure() {
    return failure;
  }

  @Override
  public synchronized void begin(Snapshot from) {
    if (!add(Line.of(from))) {
      lost++;
    }
  }

  @Override
  public synchronized void step(Step step, Supplier<Snapshot> after) {
    if (thread.getState() == Thread.State.NEW && !closing) {
      thread.start();
    }
    if (lost > 0) {
      // What is lost cannot be decided upon again: it goes on from what came of it.
      boolean told = waiting.remainingCapacity() > 2 && add(Line.lost(lost + 1));
      lost = told && add(Line.of(after.get())) ? 0 : lost + 1;
    } else if (!add(Line.of(step))) {
      lost = 1;
    } else if (rolls && bytes >= maxBytes && waiting.remainingCapacity() > 3) {
      bytes = 0;
      boolean unused = offer(ROLL) && offer(TraceJson.of(header)) && add(Line.of(after.get()));
    }
  }

  /** What went over the wire; the first to go when there is no room. */
  public synchronized void frame(Frame frame) {
    if (waiting.remainingCapacity() > MAX_WAITING / 2) {
      boolean unused = add(Line.of(frame));
    }
  }

  /** False when there is no room; after the end, nothing more is wanted. */
  private boolean add(Line line) {
    if (ended || failure != null) {
      return true;
    }
    String text = TraceJson.of(line);
    int length = text.getBytes(StandardCharsets.UTF_8).length + 1;
    if (!rolls && bytes + length > maxBytes - RESERVE_BYTES) {
      end(FULL);
      full = true;
      return true;
    }
    return length <= TraceReader.MAX_LINE_BYTES && offer(text);
  }

  private boolean offer(String line) {
    int length = line.getBytes(StandardCharsets.UTF_8).length + 1;
    if (waitingBytes.get() + length > MAX_WAITING_BYTES || !waiting.offer(line)) {
      return false;
    }
    waitingBytes.addAndGet(length);
    bytes += length;
    return true;
  }

  private void end(String why) {
    if (!ended) {
      ended = true;
      boolean told = lost == 0 || offer(TraceJson.of(Line.lost(lost)));
      boolean unused = told && offer(TraceJson.of(Line.end(why)));
    }
  }

  /** Writes what waits, within two seconds. */
  @Override
  public void close() {
    synchronized (this) {
      end(CLOSED);
      closing = true;
    }
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_WITHIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      if (out == null) {
        roll();
      }
      while (!closing || !waiting.isEmpty()) {
        writeNext();
      }
      out.close();
    } catch (IOException e) {
      failure = e;
      waiting.clear();
      onFailure.accept(e);
    }
  }

  private void writeNext() throws IOException {
    String line = waiting.poll();
    if (line == null) {
      out.flush();
      line = await();
    }
    if (line == null) {
      return;
    }
    waitingBytes.addAndGet(-1L - line.getBytes(StandardCharsets.UTF_8).length);
    if (line.equals(ROLL)) {
      out.close();
      roll();
      return;
    }
    out.write(line);
    out.write('\n');
  }

  private void roll() throws IOException {
    if (Files.exists(file)) {
      Path older = file.resolveSibling(file.getFileName() + ".1");
      Files.move(file, older, StandardCopyOption.REPLACE_EXISTING);
    }
    open();
  }

  private void open() throws IOException {
    Files.createFile(file, PosixFilePermissions.asFileAttribute(RIGHTS));
    out = Files.newBufferedWriter(file, StandardOpenOption.WRITE);
  }

  private String await() {
    try {
      return waiting.poll(LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return null; // nobody knows this thread to interrupt it
    }
  }
}
