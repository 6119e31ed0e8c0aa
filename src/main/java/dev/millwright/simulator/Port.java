package dev.millwright.simulator;

import java.io.IOException;

/** A serial port of the plant that can be pulled out and plugged in again. */
interface Port extends AutoCloseable {

  /** Plugs it in, under the same name; nothing where it is. */
  void open() throws IOException;

  /** Pulls it out; the machines behind it live on. Bounded; never throws. */
  @Override
  void close();

  /** What is between the port and the machines. */
  Wire wire();
}
