package dev.millwright.config;

import dev.millwright.settings.BrokenRules;
import dev.millwright.settings.Default;
import dev.millwright.settings.Secret;
import dev.millwright.settings.Word;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A record under construction: the values of a table, on their way through the constructor. */
final class Draft {

  final Node.Table table;
  final Object[] values;
  private final RecordComponent[] components;

  /** Components whose mistake is known. They have a stand-in, and no record will be made. */
  private final Set<Integer> failed = new HashSet<>();

  Draft(Node.Table table, RecordComponent[] components) {
    this.table = table;
    this.components = components;
    this.values = new Object[components.length];
  }

  void fail(int index) {
    failed.add(index);
    values[index] = standIn(components[index]);
  }

  /**
   * Calls the constructor, which judges the values. What it refuses gets a stand-in, and it is
   * called again until it has nothing new to say; each round adds a failed component, so it ends.
   *
   * @return null when there was a mistake
   */
  <R extends Record> R construct(Class<R> type, Report report) {
    while (true) {
      List<String> complaints;
      try {
        R made = constructor(type).newInstance(values);
        return failed.isEmpty() ? made : null;
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof IllegalArgumentException judgement) {
          complaints = BrokenRules.of(judgement);
        } else if (failed.isEmpty()) {
          throw new IllegalStateException(type.getName() + " cannot judge its values", e);
        } else {
          // It stumbled over a stand-in, and has nothing more to say.
          return null;
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(type.getName() + " cannot be made", e);
      }
      boolean standIns = !failed.isEmpty();
      boolean more = false;
      for (String line : complaints) {
        more |= complain(line, standIns, report);
      }
      if (!more) {
        return null;
      }
    }
  }

  /**
   * Reports one broken rule. While there are stand-ins, only what concerns a key that somebody
   * wrote: the rest may be the stand-ins' fault.
   *
   * @return whether there may be more to learn without the value that broke it
   */
  private boolean complain(String line, boolean standIns, Report report) {
    int colon = line.indexOf(": ");
    String[] path = line.substring(0, Math.max(0, colon)).split("\\.", -1);
    int index = indexOf(path[0]);
    if (index < 0) {
      if (!standIns) {
        report.mistake(table.place(), line);
      }
      return false;
    }
    if (failed.contains(index)) {
      return false;
    }
    String key = key(components[index]);
    if (table.entries().containsKey(key)) {
      path[0] = key;
      report.mistake(table.placeOf(path), path[path.length - 1] + line.substring(colon));
    } else if (!standIns) {
      report.missing(table.place(), line);
    }
    fail(index);
    return true;
  }

  private int indexOf(String key) {
    for (int i = 0; i < components.length; i++) {
      if (key.equals(key(components[i])) || key.equals(Spelling.snake(components[i].getName()))) {
        return i;
      }
    }
    return -1;
  }

  private <R extends Record> Constructor<R> constructor(Class<R> type)
      throws NoSuchMethodException {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<R> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor;
  }

  /**
   * The key of a component: its name in snake_case, or its word; of a secret, the key that names
   * its file.
   */
  static String key(RecordComponent component) {
    Word word = component.getAnnotation(Word.class);
    String key = word == null ? Spelling.snake(component.getName()) : word.value();
    return component.getType() == Secret.class ? key + "_file" : key;
  }

  /** The default; where there is none, the empty list or map, zero, false or null. */
  static Object standIn(RecordComponent component) {
    Default given = component.getAnnotation(Default.class);
    Class<?> type = component.getType();
    if (type == List.class) {
      return given == null || given.value().isEmpty() ? List.of() : List.of(given.value());
    }
    if (type == Map.class) {
      return Map.of();
    }
    if (given != null) {
      return Scalars.ofDefault(given.value(), type);
    }
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }
}
