package dev.millwright.recipe;

/** What is known of a machine's tags at one moment. */
public interface View {

  /**
   * A tag's value.
   *
   * @return a {@link Boolean}, {@link Long}, {@link Double} or {@link String}; null when it is not
   *     good or too old
   */
  Object value(String tag);

  /**
   * When the tag was last known to have this value: read, or reported, or confirmed to be
   * unchanged. Means nothing where the value is null.
   *
   * @return on the monotonic clock of {@link System#nanoTime}, ns
   */
  long readAt(String tag);
}
