package dev.millwright.store;

import com.google.gson.JsonObject;
import dev.millwright.machine.Pulses;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;

/**
 * How far a run is that we step: what column {@code machines.progress} holds. Absent parts are null
 * and left out.
 *
 * @param process the run
 * @param recipe its name
 * @param state {@code running}, {@code held}, or how it has ended
 * @param path the current step, such as {@code 3.2}
 * @param step its name, or what it does
 * @param completion how far that step is, 0 to 1
 * @param done how many steps are done
 * @param total of how many
 * @param iteration of the repeats around the current step, such as {@code 2/5}
 * @param elapsed since the start
 * @param remaining how long it takes yet where nothing has to be waited for
 * @param failures how many steps failed and were begun again or passed over
 * @param pulses how exact its pulses were
 */
public record RunProgress(
    UUID process,
    String recipe,
    String state,
    String path,
    String step,
    double completion,
    long done,
    long total,
    String iteration,
    Duration elapsed,
    Duration remaining,
    long failures,
    Pulses pulses) {

  public RunProgress {
    Objects.requireNonNull(process, "process");
    Objects.requireNonNull(state, "state");
  }

  /** The same run when it has ended. */
  public RunProgress ended(String how) {
    return new RunProgress(
        process,
        recipe,
        how,
        path,
        step,
        completion,
        done,
        total,
        iteration,
        elapsed,
        null,
        failures,
        pulses);
  }

  /** A JSON object, as the column has it. */
  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("process", process.toString());
    json.addProperty("recipe", recipe);
    json.addProperty("state", state);
    if (path != null && !path.isEmpty()) {
      json.addProperty("path", path);
      json.addProperty("step", step);
      json.addProperty("completion", Math.round(completion * 1000) / 1000.0);
    }
    json.addProperty("done", done);
    json.addProperty("total", total);
    if (iteration != null && !iteration.isEmpty()) {
      json.addProperty("iteration", iteration);
    }
    json.addProperty("elapsed_ms", elapsed.toMillis());
    if (remaining != null) {
      json.addProperty("remaining_ms", remaining.toMillis());
    }
    if (failures > 0) {
      json.addProperty("failures", failures);
    }
    if (pulses != null) {
      json.add("pulses", DetailJson.of(pulses));
    }
    return json.toString();
  }
}
