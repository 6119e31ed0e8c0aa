package dev.millwright.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The least that anybody waits for who wants to keep something: a page at the end of a file. */
final class BareWrite implements AutoCloseable {

  private static final int PAGE_BYTES = 4_096;

  private final FileChannel file;
  private final ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);

  /**
   * @param path of a new file
   */
  BareWrite(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /**
   * Writes one.
   *
   * @return when it was on the disk, on the monotonic clock
   */
  long write() throws IOException {
    page.clear();
    while (page.hasRemaining()) {
      int unused = file.write(page);
    }
    file.force(false);
    return System.nanoTime();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
