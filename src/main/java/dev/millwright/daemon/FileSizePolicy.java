package dev.millwright.daemon;

import java.io.File;
import org.tinylog.policies.Policy;

/**
 * Ends a log file before the line that would make it larger than it may be. The library's own
 * policy of that kind does not count the line that begins a file. tinylog finds it by the name
 * {@code file size}.
 */
public final class FileSizePolicy implements Policy {

  private final long mostBytes;
  private long bytes;
  private long lastLine;

  /** For tinylog, which hands over what stands after the name: the number of bytes. */
  public FileSizePolicy(String mostBytes) {
    this.mostBytes = Long.parseLong(mostBytes);
  }

  @Override
  public boolean continueExistingFile(String path) {
    bytes = new File(path).length();
    return bytes <= mostBytes;
  }

  @Override
  public boolean continueCurrentFile(byte[] line) {
    lastLine = line.length;
    bytes += lastLine;
    return bytes <= mostBytes;
  }

  /** A file has begun; with the last line that was asked about, if there was one. */
  @Override
  public void reset() {
    bytes = lastLine;
  }
}
