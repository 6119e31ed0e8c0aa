package dev.millwright.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A transition's detail in one line: {@code recipe=R42 cycle=17 inferred}. */
final class DetailWords {

  private DetailWords() {}

  static String of(String json) {
    if (json == null || !(Json.parsed(json) instanceof JsonObject detail)) {
      return null;
    }
    List<String> words = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : detail.entrySet()) {
      JsonElement value = entry.getValue();
      if (entry.getKey().equals("inferred")) {
        words.add("inferred");
      } else if (!entry.getKey().equals("source") || !"machine".equals(text(value))) {
        words.add(entry.getKey() + "=" + text(value));
      }
    }
    return String.join(" ", words);
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
