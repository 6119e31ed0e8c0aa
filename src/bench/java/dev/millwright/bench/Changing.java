package dev.millwright.bench;

/** A machine that can be made to change, and whoever writes that into a row. */
interface Changing {

  /**
   * Makes it change once, and waits until that is committed.
   *
   * @return from the moment before the change could be seen to the commit, in nanoseconds
   */
  long delay() throws Exception;
}
