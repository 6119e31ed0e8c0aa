package dev.millwright.device.serial;

import dev.millwright.device.LinkException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes to an open port on a thread of its own: the native library bounds no write. */
final class PortWriter {

  private final String name;
  private final NativePort port;
  private final ExecutorService thread;

  /**
   * Begins with the first write.
   *
   * @param name what the port is called in errors
   */
  PortWriter(String name, NativePort port) {
    this.name = name;
    this.port = port;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread writer = new Thread(work, "write " + port.device());
              writer.setDaemon(true);
              return writer;
            });
  }

  /**
   * Writes all bytes.
   *
   * @param within the limit; where it is exceeded, half a second more goes into ending the write
   * @throws LinkException when the port has vanished or was closed, or did not take the bytes in
   *     time
   */
  void write(byte[] bytes, Duration within) throws LinkException, InterruptedException {
    try {
      Future<?> writing =
          thread.submit(
              () -> {
                port.write(bytes);
                return null;
              });
      writing.get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      throw new LinkException(name + ": is closed", e);
    } catch (TimeoutException e) {
      port.release();
      throw new LinkException(
          name
              + ": did not take "
              + bytes.length
              + " bytes within "
              + within.toMillis()
              + " ms; nothing takes them from the line",
          e);
    } catch (ExecutionException e) {
      String why =
          e.getCause() instanceof LinkException known
              ? known.getMessage()
              : name + ": writing failed: " + e.getCause();
      throw new LinkException(why, e);
    }
  }

  /** Takes no more writes; one that is under way ends with the port's closing. */
  void end() {
    thread.shutdown();
  }
}
