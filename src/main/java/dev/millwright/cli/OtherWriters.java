package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millwright.store.HistoryRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What writers other than Millwright have done to a row, in words. */
final class OtherWriters {

  /** More than these are counted only. */
  private static final int MOST_NAMED = 3;

  private OtherWriters() {}

  /** Who has written it, as far as the trigger could tell. */
  static String name(DetailView detail) {
    return "database user "
        + detail.text("user")
        + named(", application ", detail.text("application"))
        + named(", from ", detail.text("address"));
  }

  private static String named(String before, String value) {
    return value == null || value.isEmpty() ? "" : before + value;
  }

  /**
   * How many of these changes are theirs, and whose; one string for each line, none for none.
   *
   * @param last the last changes of the row, the newest first
   */
  static List<String> of(List<HistoryRow> last, Instant now) {
    List<HistoryRow> theirs = theirs(last);
    if (theirs.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "changes by other writers: "
            + theirs.size()
            + " of the last "
            + last.size()
            + ", the newest "
            + Times.ago(theirs.get(0).recordedAt(), now)
            + " ago");
    lines.addAll(names(theirs));
    return lines;
  }

  private static List<HistoryRow> theirs(List<HistoryRow> last) {
    return last.stream().filter(HistoryRow::isByAnotherWriter).toList();
  }

  /** The same for programs, with each of the writers. */
  static JsonObject json(List<HistoryRow> last) {
    List<HistoryRow> theirs = theirs(last);
    JsonObject json = new JsonObject();
    json.addProperty("changes", theirs.size());
    json.addProperty("of_the_last", last.size());
    Instant newest = theirs.isEmpty() ? null : theirs.get(0).recordedAt();
    json.addProperty("newest", newest == null ? null : newest.toString());
    JsonArray by = new JsonArray();
    changes(theirs)
        .forEach(
            (writer, count) -> {
              JsonObject each = new JsonObject();
              each.addProperty("writer", writer);
              each.addProperty("changes", count);
              by.add(each);
            });
    json.add("by", by);
    return json;
  }

  private static Map<String, Integer> changes(List<HistoryRow> theirs) {
    Map<String, Integer> changes = new LinkedHashMap<>();
    theirs.forEach(row -> changes.merge(name(DetailView.of(row.detailJson())), 1, Integer::sum));
    return changes;
  }

  private static List<String> names(List<HistoryRow> theirs) {
    Map<String, Integer> changes = changes(theirs);
    List<String> lines = new ArrayList<>();
    changes.forEach(
        (writer, count) -> {
          if (lines.size() < MOST_NAMED) {
            lines.add(count + " by " + writer);
          }
        });
    if (changes.size() > MOST_NAMED) {
      lines.add("and others: " + (changes.size() - MOST_NAMED));
    }
    return lines;
  }
}
