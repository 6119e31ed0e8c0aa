package dev.millwright.config;

import dev.millwright.device.TagWrite;
import dev.millwright.settings.Access;
import java.util.Map;
import java.util.Set;

/** Judges what a machine's file does with its tags. */
final class TagUse {

  private final Report report;
  private final Set<String> names;
  private final Map<String, ? extends Record> tags;
  private final boolean brought;

  /**
   * @param names of all tags
   * @param tags by name; without those that have mistakes of their own
   * @param brought whether the protocol brings them, so that no file describes them
   */
  TagUse(Report report, Set<String> names, Map<String, ? extends Record> tags, boolean brought) {
    this.report = report;
    this.names = Set.copyOf(names);
    this.tags = tags;
    this.brought = brought;
  }

  /** Whether any tag is observed. */
  boolean isAnyRead() {
    return names.stream().anyMatch(this::isRead);
  }

  /** Whether it is observed, as far as is known. */
  boolean isRead(String tag) {
    return !(tags.get(tag) instanceof Access.Stated its) || its.access().reads();
  }

  /** A value that is written to a tag; null where there is a mistake. */
  TagWrite write(String key, String tag, Node node) {
    return isWritable(node, key, tag) ? value(tag, node) : null;
  }

  /** Whether a tag is there and can be written; that it is not is reported. */
  boolean isWritable(Node node, String key, String tag) {
    if (!isThere(node, key, tag)) {
      return false;
    }
    boolean written = !(tags.get(tag) instanceof Access.Stated its) || its.access().writes();
    if (!written) {
      report.mistake(node.place(), key + ": tag \"" + tag + "\" is only read, never written");
    }
    return written;
  }

  /** Whether a tag is there and is observed; that it is not is reported. */
  boolean isReadable(Node node, String key, String tag) {
    if (!isThere(node, key, tag)) {
      return false;
    }
    boolean read = isRead(tag);
    if (!read) {
      report.mistake(
          node.place(), key + ": tag \"" + tag + "\" is only written, so it shows nothing");
    }
    return read;
  }

  private boolean isThere(Node node, String key, String tag) {
    if (!names.contains(tag)) {
      String none =
          brought
              ? "the machine has no tag \"" + tag + "\""
              : "there is no table [tags." + tag + "]";
      report.missing(node.place(), key + ": " + none + Spelling.hint(tag, names, Set.of()));
    }
    return names.contains(tag);
  }

  /** The value for a tag; null where it is none, which is reported. */
  TagWrite value(String tag, Node node) {
    Object value = node instanceof Node.Scalar scalar ? scalar.value() : null;
    try {
      return new TagWrite(tag, value == null ? node : value);
    } catch (IllegalArgumentException e) {
      report.mistake(
          node.place(), tag + ": expected a text, a number, true or false, found " + node.found());
      return null;
    }
  }
}
