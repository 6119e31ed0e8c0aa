package dev.millwright.config;

import dev.millwright.settings.Codes;
import dev.millwright.settings.Default;
import dev.millwright.settings.Lines;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Secret;
import dev.millwright.settings.Similar;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes records of tables. Every mistake is reported; a method returns null when its part of the
 * configuration could not be made.
 */
final class Binder {

  /** What people may choose themselves, such as tag names. */
  private static final Pattern FREE_KEY = Pattern.compile("[a-z][a-z0-9_]*");

  private final Report report;
  private final Secrets secrets;

  /** By table, the known keys that were probably meant by unknown ones. Tables by identity. */
  private final IdentityHashMap<Node.Table, Set<String>> meant = new IdentityHashMap<>();

  Binder(Report report, Secrets secrets) {
    this.report = report;
    this.secrets = secrets;
  }

  /** The record that a table describes. */
  <R extends Record> R record(Node.Table table, Class<R> type) {
    return record(table, type, Set.of());
  }

  /**
   * The record that a table describes.
   *
   * @param others keys of the table that the caller binds by itself
   */
  <R extends Record> R record(Node.Table table, Class<R> type, Set<String> others) {
    RecordComponent[] components = type.getRecordComponents();
    Set<String> known = new LinkedHashSet<>(others);
    Arrays.stream(components).map(Draft::key).forEach(known::add);
    unknownKeys(table, known);
    Draft draft = new Draft(table, components);
    for (int i = 0; i < components.length; i++) {
      bind(draft, i, components[i]);
    }
    return draft.construct(type, report);
  }

  /** The record under a key, which may be absent where the record needs no key. */
  <R extends Record> R recordAt(Node.Table table, String key, Class<R> type) {
    Node node = table.entries().get(key);
    if (node != null) {
      return type.cast(value(node, key, type, null));
    }
    if (misspelt(table, key)) {
      return null;
    }
    List<String> needed = needed(type);
    if (!needed.isEmpty()) {
      report.missing(
          table.place(),
          "required table [%s] is missing; it needs %s".formatted(key, Spelling.list(needed)));
      return null;
    }
    return record(new Node.Table(table.place(), Map.of()), type);
  }

  /** Tables (or values) under keys that people choose, in their order. */
  <T> Map<String, T> map(Node node, String key, Class<T> type) {
    if (!(node instanceof Node.Table table)) {
      report.mistake(node.place(), key + ": expected a table, found " + node.found());
      return null;
    }
    Map<String, T> map = new LinkedHashMap<>();
    boolean whole = true;
    for (Map.Entry<String, Node> entry : table.inOrder()) {
      String name = entry.getKey();
      if (!FREE_KEY.matcher(name).matches()) {
        report.mistake(
            entry.getValue().place(),
            key
                + ": the name "
                + Node.Scalar.quoted(name)
                + " is not small letters, digits and _, beginning with a letter");
        whole = false;
      }
      @SuppressWarnings("unchecked") // value() makes a T; Class.cast would refuse a boxed primitive
      T value = (T) value(entry.getValue(), name, type, null);
      map.put(name, value);
      whole &= value != null;
    }
    return whole ? Collections.unmodifiableMap(map) : null;
  }

  /** Reports the keys of a table that are not known. */
  void unknownKeys(Node.Table table, Set<String> known) {
    Set<String> nearest = new HashSet<>();
    meant.put(table, nearest);
    for (Map.Entry<String, Node> entry : table.entries().entrySet()) {
      String key = entry.getKey();
      if (known.contains(key)) {
        continue;
      }
      String file = key + "_file";
      if (key.equals("password") || known.contains(file)) {
        nearest.add(file);
        report.mistake(
            entry.getValue().place(),
            "key \"%s\" is refused, as a secret does not belong into this file; write it into a file"
                    .formatted(key)
                + " of its own, and here %s = \"NAME\"".formatted(file));
        continue;
      }
      nearest.add(Similar.nearest(key, known, table.entries().keySet()));
      report.mistake(
          entry.getValue().place(),
          "unknown key "
              + Node.Scalar.quoted(key)
              + Spelling.hint(key, known, table.entries().keySet()));
    }
  }

  /** Whether a key is absent because it was written otherwise, which has been reported. */
  boolean misspelt(Node.Table table, String key) {
    return meant.getOrDefault(table, Set.of()).contains(key);
  }

  private void bind(Draft draft, int index, RecordComponent component) {
    String key = Draft.key(component);
    Node node = draft.table.entries().get(key);
    if (node != null) {
      draft.values[index] = value(node, key, component.getGenericType(), component);
    } else if (!misspelt(draft.table, key)) {
      if (component.isAnnotationPresent(Optional.class)) {
        return;
      }
      draft.values[index] = absent(draft.table, key, component);
    }
    if (draft.values[index] == null) {
      draft.fail(index);
    }
  }

  /** The value of a key that is not there. */
  private Object absent(Node.Table table, String key, RecordComponent component) {
    Class<?> type = component.getType();
    if (component.isAnnotationPresent(Default.class)) {
      return Draft.standIn(component);
    }
    if (isTable(type)) {
      return recordAt(table, key, type.asSubclass(Record.class));
    }
    report.missing(table.place(), "required key \"" + key + "\" is missing");
    return null;
  }

  private Object value(Node node, String key, Type type, RecordComponent component) {
    if (type instanceof ParameterizedType generic) {
      Class<?> item =
          (Class<?>) generic.getActualTypeArguments()[generic.getRawType() == Map.class ? 1 : 0];
      return generic.getRawType() == Map.class
          ? map(node, key, item)
          : list(node, key, item, component);
    }
    Class<?> raw = (Class<?>) type;
    if (isTable(raw)) {
      if (node instanceof Node.Table table) {
        return record(table, raw.asSubclass(Record.class));
      }
      report.mistake(node.place(), key + ": expected a table, found " + node.found());
      return null;
    }
    try {
      if (raw == Secret.class) {
        boolean lines = component != null && component.isAnnotationPresent(Lines.class);
        return secrets.read(node.place(), (Path) Scalars.convert(node, Path.class), lines);
      }
      boolean code = component != null && component.isAnnotationPresent(Codes.class);
      return code ? Scalars.code(node) : Scalars.convert(node, raw);
    } catch (Scalars.Unfit e) {
      report.mistake(node.place(), key + ": " + e.getMessage());
      return null;
    }
  }

  private List<Object> list(Node node, String key, Class<?> item, RecordComponent component) {
    if (!(node instanceof Node.Array array)) {
      report.mistake(node.place(), key + ": expected a list in [ ], found " + node.found());
      return null;
    }
    List<Object> list = new ArrayList<>();
    for (Node element : array.items()) {
      list.add(value(element, key, item, component));
    }
    return list.contains(null) ? null : Collections.unmodifiableList(list);
  }

  private static List<String> needed(Class<?> type) {
    List<String> needed = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      boolean free =
          component.isAnnotationPresent(Optional.class)
              || component.isAnnotationPresent(Default.class);
      if (!free && (!isTable(component.getType()) || !needed(component.getType()).isEmpty())) {
        needed.add(Draft.key(component));
      }
    }
    return needed;
  }

  private static boolean isTable(Class<?> type) {
    return type.isRecord() && !Scalars.isScalar(type);
  }
}
