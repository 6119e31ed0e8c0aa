package dev.millwright.runtime;

import dev.millwright.machine.Counted;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a machine's tags mean: the table {@code [lifecycle]} of its file.
 *
 * @param state which tag shows the state, and how
 * @param recipe the tag with the running recipe's name; null where there is none
 * @param batch the tag with the id of the batch that the run is part of; null where there is none
 * @param fault the tag whose text becomes failure_description; null where there is none
 * @param component the tag with the name of a machine component; null where there is none
 * @param counter the tag that counts runs; null where there is none
 * @param counterCounts what moves the counter; null where the file does not say
 */
public record LifecycleSettings(
    StateCodes state,
    @Optional String recipe,
    @Optional String batch,
    @Optional String fault,
    @Optional String component,
    @Optional String counter,
    @Optional Counted counterCounts) {

  public LifecycleSettings {
    Objects.requireNonNull(state, "state");
    String shared = "tag \"" + state.tag() + "\" already shows the state";
    new Rules()
        .require(!state.tag().equals(recipe), "recipe", shared)
        .require(!state.tag().equals(batch), "batch", shared)
        .require(!state.tag().equals(fault), "fault", shared)
        .require(!state.tag().equals(component), "component", shared)
        .require(!state.tag().equals(counter), "counter", shared)
        .require(
            counter != null || counterCounts == null,
            "counter_counts",
            "there is no counter: name its tag with counter = \"…\"")
        .check();
  }

  /** What moves the counter: started runs where the file does not say. */
  public Counted counted() {
    return counterCounts == null ? Counted.STARTED : counterCounts;
  }

  /** The names of all tags that mean something, the state's first. */
  public List<String> tags() {
    List<String> tags = new ArrayList<>();
    tags.add(state.tag());
    for (String tag : new String[] {recipe, batch, fault, component, counter}) {
      if (tag != null && !tags.contains(tag)) {
        tags.add(tag);
      }
    }
    return List.copyOf(tags);
  }
}
