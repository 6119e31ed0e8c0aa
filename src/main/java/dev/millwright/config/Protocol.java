package dev.millwright.config;

import dev.millwright.runtime.LifecycleSettings;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A protocol as machine files may choose it.
 *
 * @param <S> the record of its table, such as {@code [opcua]}
 * @param <T> the record of each {@code [tags.NAME]}
 * @param name what stands after {@code protocol =}
 * @param table the name of its settings' table; protocols may share one
 * @param settings the record of its table
 * @param tag the record of each tag; null when the protocol brings its own tags
 * @param preset the tags and the lifecycle that it brings; null when the file has to tell them
 * @param line which line a machine is on, by its settings; null where it shares nothing
 * @param check throws an IllegalArgumentException where the parts of a machine's file do not go
 *     together, with a message as {@link dev.millwright.settings.Rules} makes them
 */
public record Protocol<S extends Record, T extends Record>(
    String name,
    String table,
    Class<S> settings,
    Class<T> tag,
    Preset preset,
    Function<S, Line> line,
    Consumer<MachineSettings> check) {

  /**
   * What several machines may share: a serial port, a server.
   *
   * @param where equal for two machines that share it
   * @param how whatever both must then say alike, such as the serial parameters; never null
   * @param whom what tells the machines on it apart, besides the addresses of their tags
   */
  public record Line(Object where, Object how, Object whom) {

    /** Nothing but their addresses tells the machines apart. */
    public Line(Object where, Object how) {
      this(where, how, "");
    }
  }

  /**
   * The tags of a protocol that needs no addresses, and what they mean.
   *
   * @param tags by name, as what a machine's file would say of them
   * @param lifecycle of a machine without a table {@code [drive]}
   */
  public record Preset(Map<String, ? extends Record> tags, LifecycleSettings lifecycle) {}

  public Protocol {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(settings, "settings");
    Objects.requireNonNull(line, "line");
    Objects.requireNonNull(check, "check");
    if ((tag == null) == (preset == null)) {
      throw new IllegalArgumentException(name + " has either a record of tags or a preset");
    }
  }

  /** A protocol whose machines have tables of tags; its name is also that of its table. */
  public static <S extends Record, T extends Record> Protocol<S, T> of(
      String name, Class<S> settings, Class<T> tag, Function<S, Line> line) {
    return new Protocol<>(name, name, settings, tag, null, line, machine -> {});
  }

  /** A protocol that brings its own tags, and whose machines share nothing. */
  public static <S extends Record> Protocol<S, Record> preset(
      String name, Class<S> settings, Preset preset) {
    return new Protocol<>(name, name, settings, null, preset, s -> null, machine -> {});
  }

  /** The same with a check of the whole machine. */
  public Protocol<S, T> checked(Consumer<MachineSettings> whole) {
    return new Protocol<>(name, table, settings, tag, preset, line, whole);
  }

  /** The same with its settings in a table of another name. */
  public Protocol<S, T> in(String other) {
    return new Protocol<>(name, other, settings, tag, preset, line, check);
  }
}
