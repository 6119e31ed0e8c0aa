package dev.millwright.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A part of a TOML document that knows where it stands. */
sealed interface Node {

  /** Of a value, where its key begins; of a list's item, where the item begins. */
  Place place();

  /** What it is, for a message that wants something else. */
  String found();

  /** The entries keep no order of their own; their places have it. */
  record Table(Place place, Map<String, Node> entries) implements Node {

    /** Where a path such as {@code machine.2.serial_number} leads, as far as it does. */
    Place placeOf(String... path) {
      Node node = this;
      for (String step : path) {
        Node next = null;
        if (node instanceof Table inner) {
          next = inner.entries().get(step);
        } else if (node instanceof Array array && step.matches("[0-9]{1,6}")) {
          int item = Integer.parseInt(step);
          next = item < array.items().size() ? array.items().get(item) : null;
        }
        if (next == null) {
          break;
        }
        node = next;
      }
      return node.place();
    }

    /** The entries as they stand in the file. */
    List<Map.Entry<String, Node>> inOrder() {
      return entries.entrySet().stream()
          .sorted(
              Comparator.comparingInt(
                      (Map.Entry<String, Node> entry) -> entry.getValue().place().line())
                  .thenComparingInt(entry -> entry.getValue().place().column()))
          .toList();
    }

    /** The text under a key, or null where there is none or something else. */
    String text(String key) {
      return entries.get(key) instanceof Scalar scalar && scalar.value() instanceof String text
          ? text
          : null;
    }

    @Override
    public String found() {
      return "a table";
    }
  }

  /** A list, or an array of tables. */
  record Array(Place place, List<Node> items) implements Node {

    @Override
    public String found() {
      return "a list";
    }
  }

  /**
   * A single value.
   *
   * @param value a String, Long, Double, Boolean, or one of java.time's for a date or time
   */
  record Scalar(Place place, Object value) implements Node {

    /** Long enough for a name or a path; a whole page would hide the message. */
    private static final int SHOWN_CHARACTERS = 60;

    @Override
    public String found() {
      if (value instanceof String text) {
        return "the text " + quoted(text);
      }
      if (value instanceof Long) {
        return "the integer " + value;
      }
      if (value instanceof Double) {
        return "the number " + value;
      }
      return value instanceof Boolean ? value.toString() : "a date or time";
    }

    static String quoted(String text) {
      String line = text.replaceAll("\\p{Cntrl}", "?");
      return line.length() <= SHOWN_CHARACTERS
          ? "\"" + line + "\""
          : "\"" + line.substring(0, SHOWN_CHARACTERS) + "…\"";
    }
  }
}
