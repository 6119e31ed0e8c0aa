package dev.millwright.control;

import com.google.gson.JsonObject;

/** Tells what a daemon knows, to whoever looks. Called by one thread; it may wait for the disk. */
@FunctionalInterface
public interface Reporter {

  /**
   * A JSON object: what the daemon tells of itself, and of each machine.
   *
   * @param machine the one of which everything is told; null for all, in short
   */
  JsonObject report(String machine);
}
