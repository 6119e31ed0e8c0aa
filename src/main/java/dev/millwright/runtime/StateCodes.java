package dev.millwright.runtime;

import dev.millwright.machine.Shown;
import dev.millwright.settings.Codes;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a machine shows its state: the table {@code [lifecycle] state}. Codes are compared with
 * {@link dev.millwright.device.TagValue#text()}.
 *
 * @param tag the tag that shows the state
 * @param profile whose codes they are where the lists do not say otherwise; null where the lists
 *     say it all, and then there is at least one code for idle and one for processing
 * @param idle codes that mean ready for a start
 * @param processing codes that mean that a recipe runs
 * @param complete codes that mean that a run has ended as planned
 * @param stopped codes that mean that a run was stopped before its end
 * @param error codes that mean a fault
 * @param offline codes by which the machine says that it is not available
 */
public record StateCodes(
    String tag,
    @Optional StateProfile profile,
    @Codes @Default("") List<String> idle,
    @Codes @Default("") List<String> processing,
    @Codes @Default("") List<String> complete,
    @Codes @Default("") List<String> stopped,
    @Codes @Default("") List<String> error,
    @Codes @Default("") List<String> offline) {

  public StateCodes {
    idle = List.copyOf(idle);
    processing = List.copyOf(processing);
    complete = List.copyOf(complete);
    stopped = List.copyOf(stopped);
    error = List.copyOf(error);
    offline = List.copyOf(offline);
    Rules rules =
        new Rules()
            .require(
                profile != null || !idle.isEmpty(),
                "idle",
                "without a code the machine could never be idle; or name a profile")
            .require(
                profile != null || !processing.isEmpty(),
                "processing",
                "without a code the machine could never be processing; or name a profile");
    Map<String, String> taken = new HashMap<>();
    lists(idle, processing, complete, stopped, error)
        .forEach(
            (state, codes) -> take(state.name().toLowerCase(Locale.ROOT), codes, taken, rules));
    take("offline", offline, taken, rules);
    rules.check();
  }

  /** The lists say it all. */
  public StateCodes(
      String tag,
      List<String> idle,
      List<String> processing,
      List<String> complete,
      List<String> stopped,
      List<String> error) {
    this(tag, null, idle, processing, complete, stopped, error, List.of());
  }

  private static void take(String key, List<String> codes, Map<String, String> taken, Rules rules) {
    for (String code : codes) {
      String other = taken.putIfAbsent(code, key);
      rules.require(
          other == null,
          key,
          key.equals(other)
              ? "code " + code + " is given twice"
              : "code " + code + " already means " + other);
    }
  }

  /** What each code means. */
  public Map<String, Shown> meanings() {
    Map<String, Shown> meanings = new HashMap<>(profile == null ? Map.of() : profile.meanings());
    offline.forEach(meanings::remove);
    lists(idle, processing, complete, stopped, error)
        .forEach((state, codes) -> codes.forEach(code -> meanings.put(code, state)));
    return Map.copyOf(meanings);
  }

  /** Whether the machine says by this code that it is not available. */
  boolean isOffline(String code) {
    return offline.contains(code)
        || (profile != null && profile.offline().contains(code) && !meanings().containsKey(code));
  }

  /** Whether falling from processing to idle is all that this machine shows of a completed run. */
  boolean idleMeansComplete() {
    return !meanings().containsValue(Shown.COMPLETE);
  }

  /**
   * Whether a stop that is shown while nothing ran proves a run. Not by a standard: there a machine
   * may be stopped, and a job be aborted, before anything was begun.
   */
  boolean stopProvesRun() {
    return profile == null;
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
