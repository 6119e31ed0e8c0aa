package dev.millwright.trace;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

/** Values as JSON: records by their components, and what else stands in them as text. */
final class TraceJson {

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .setStrictness(Strictness.STRICT)
          .disableHtmlEscaping()
          .disableJdkUnsafe()
          .registerTypeAdapter(Instant.class, new Text<>(Instant::parse))
          .registerTypeAdapter(Duration.class, new Text<>(Duration::parse))
          .registerTypeAdapter(UUID.class, new Text<>(UUID::fromString))
          .registerTypeAdapterFactory(new Enums())
          .registerTypeAdapter(TagValue.class, new Value())
          .create();

  private TraceJson() {}

  /** On one line. */
  static String of(Object value) {
    return GSON.toJson(value);
  }

  /**
   * The value that a line holds.
   *
   * @throws RuntimeException when it holds none
   */
  static <T> T parse(String line, Class<T> type) {
    T value = GSON.fromJson(line, type);
    if (value == null) {
      throw new JsonParseException("there is nothing in it");
    }
    return value;
  }

  /** What has a text that it can be made of again. */
  private static final class Text<T> extends TypeAdapter<T> {

    private final Function<String, T> parser;

    Text(Function<String, T> parser) {
      this.parser = parser;
    }

    @Override
    public void write(JsonWriter out, T value) throws IOException {
      out.value(value == null ? null : value.toString());
    }

    @Override
    public T read(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.NULL) {
        in.nextNull();
        return null;
      }
      return parser.apply(in.nextString());
    }
  }

  /** Small letters; a word that is none of them is an error, where the library would say null. */
  private static final class Enums implements TypeAdapterFactory {

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // the type was seen to be an enum
    public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      Class<? super T> raw = type.getRawType();
      return raw.isEnum() ? (TypeAdapter<T>) new Word((Class) raw) : null;
    }
  }

  private static final class Word<E extends Enum<E>> extends TypeAdapter<E> {

    private final Class<E> type;

    Word(Class<E> type) {
      this.type = type;
    }

    @Override
    public void write(JsonWriter out, E value) throws IOException {
      out.value(value == null ? null : value.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public E read(JsonReader in) throws IOException {
      if (in.peek() == JsonToken.NULL) {
        in.nextNull();
        return null;
      }
      return Enum.valueOf(type, in.nextString().toUpperCase(Locale.ROOT));
    }
  }

  /** A tag's value: the library takes no say in what an Object is. */
  private static final class Value extends TypeAdapter<TagValue> {

    @Override
    public void write(JsonWriter out, TagValue tag) throws IOException {
      out.beginObject();
      if (tag.value() != null) {
        Scalars.write(out.name("value"), tag.value());
      }
      out.name("quality").value(tag.quality().name().toLowerCase(Locale.ROOT));
      if (tag.sourceTime() != null) {
        out.name("source_time").value(tag.sourceTime().toString());
      }
      if (tag.why() != null) {
        out.name("why").value(tag.why());
      }
      out.endObject();
    }

    @Override
    public TagValue read(JsonReader in) throws IOException {
      Object value = null;
      Quality quality = null;
      Instant sourceTime = null;
      String why = null;
      in.beginObject();
      while (in.hasNext()) {
        switch (in.nextName()) {
          case "value" -> value = Scalars.read(in);
          case "quality" -> quality = Quality.valueOf(in.nextString().toUpperCase(Locale.ROOT));
          case "source_time" -> sourceTime = Instant.parse(in.nextString());
          case "why" -> why = in.nextString();
          default -> in.skipValue();
        }
      }
      in.endObject();
      return new TagValue(value, quality, sourceTime, why);
    }
  }
}
