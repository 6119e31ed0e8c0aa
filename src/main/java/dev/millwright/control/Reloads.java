package dev.millwright.control;

import java.util.function.Consumer;

/** Whoever can read the configuration anew. */
@FunctionalInterface
public interface Reloads {

  /**
   * Begins, and returns at once.
   *
   * @param user who asks, for the log
   * @param told the end, once, on any thread
   */
  void reload(ReloadRequest request, String user, Consumer<ControlNews> told);
}
