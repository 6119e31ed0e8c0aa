package dev.millwright.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What may stand in the files: the tables of the main file by name, and the protocols.
 *
 * @param sections the main file's tables, such as {@code database}, each with its record
 * @param protocols what a machine file may choose
 */
public record Registry(
    Map<String, Class<? extends Record>> sections, List<Protocol<?, ?>> protocols) {

  public Registry {
    sections = Map.copyOf(sections);
    protocols = List.copyOf(protocols);
  }

  /** The name of the main file's table with this record. */
  String key(Class<? extends Record> section) {
    return sections.entrySet().stream()
        .filter(entry -> entry.getValue() == section)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no table of " + section));
  }

  Map<String, Protocol<?, ?>> protocolsByName() {
    Map<String, Protocol<?, ?>> byName = new LinkedHashMap<>();
    protocols.forEach(protocol -> byName.put(protocol.name(), protocol));
    return byName;
  }
}
