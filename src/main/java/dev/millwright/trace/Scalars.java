package dev.millwright.trace;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * What a tag can show, as JSON. A number with neither point nor exponent is a Long, as it was
 * written; a double that JSON has no number for stands in an object, <code>{"double":"NaN"}</code>.
 */
final class Scalars {

  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,19}");
  private static final String DOUBLE = "double";

  /** More digits than any number has; the time for reading one grows faster than its length. */
  private static final int MAX_DIGITS = 400;

  private Scalars() {}

  static void write(JsonWriter out, Object value) throws IOException {
    if (value instanceof Double number && !Double.isFinite(number)) {
      out.beginObject().name(DOUBLE).value(number.toString()).endObject();
    } else if (value instanceof Number number) {
      out.value(number);
    } else if (value instanceof Boolean truth) {
      out.value(truth);
    } else {
      out.value((String) value);
    }
  }

  static Serializable read(JsonReader in) throws IOException {
    return switch (in.peek()) {
      case BOOLEAN -> in.nextBoolean();
      case NUMBER -> number(in.nextString());
      case BEGIN_OBJECT -> special(in);
      default -> in.nextString();
    };
  }

  private static Serializable number(String text) {
    if (text.length() > MAX_DIGITS) {
      throw new JsonParseException("a number of " + text.length() + " digits");
    }
    if (WHOLE.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    return Double.valueOf(text);
  }

  private static Double special(JsonReader in) throws IOException {
    in.beginObject();
    if (!in.nextName().equals(DOUBLE)) {
      throw new JsonParseException("a value is a text, a number, true or false");
    }
    Serializable value = number(in.nextString());
    in.endObject();
    return value instanceof Double number ? number : Double.valueOf(value.toString());
  }
}
