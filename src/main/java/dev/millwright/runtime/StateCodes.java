package dev.millwright.runtime;

import dev.millwright.machine.Shown;
import dev.millwright.settings.Codes;
import dev.millwright.settings.Default;
import dev.millwright.settings.Rules;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How a machine shows its state: the table {@code [lifecycle] state}. Codes are compared with
 * {@link dev.millwright.device.TagValue#text()}.
 *
 * @param tag the tag that shows the state
 * @param idle codes that mean ready for a start; at least one
 * @param processing codes that mean that a recipe runs; at least one
 * @param complete codes that mean that a run has ended as planned
 * @param stopped codes that mean that a run was stopped before its end
 * @param error codes that mean a fault
 */
public record StateCodes(
    String tag,
    @Codes List<String> idle,
    @Codes List<String> processing,
    @Codes @Default("") List<String> complete,
    @Codes @Default("") List<String> stopped,
    @Codes @Default("") List<String> error) {

  public StateCodes {
    idle = List.copyOf(idle);
    processing = List.copyOf(processing);
    complete = List.copyOf(complete);
    stopped = List.copyOf(stopped);
    error = List.copyOf(error);
    Rules rules =
        new Rules()
            .require(!idle.isEmpty(), "idle", "without a code the machine could never be idle")
            .require(
                !processing.isEmpty(),
                "processing",
                "without a code the machine could never be processing");
    Map<String, String> taken = new HashMap<>();
    lists(idle, processing, complete, stopped, error)
        .forEach(
            (state, codes) -> {
              String key = state.name().toLowerCase(Locale.ROOT);
              for (String code : codes) {
                String other = taken.putIfAbsent(code, key);
                rules.require(
                    other == null,
                    key,
                    key.equals(other)
                        ? "code " + code + " is given twice"
                        : "code " + code + " already means " + other);
              }
            });
    rules.check();
  }

  /** What each code means. */
  public Map<String, Shown> meanings() {
    Map<String, Shown> meanings = new LinkedHashMap<>();
    lists(idle, processing, complete, stopped, error)
        .forEach((state, codes) -> codes.forEach(code -> meanings.put(code, state)));
    return Map.copyOf(meanings);
  }

  /** The states that this machine can show at all. */
  public Set<Shown> shown() {
    return Set.copyOf(meanings().values());
  }

  private static Map<Shown, List<String>> lists(
      List<String> idle,
      List<String> processing,
      List<String> complete,
      List<String> stopped,
      List<String> error) {
    Map<Shown, List<String>> lists = new EnumMap<>(Shown.class);
    lists.put(Shown.IDLE, idle);
    lists.put(Shown.PROCESSING, processing);
    lists.put(Shown.COMPLETE, complete);
    lists.put(Shown.STOPPED, stopped);
    lists.put(Shown.ERROR, error);
    return lists;
  }
}
