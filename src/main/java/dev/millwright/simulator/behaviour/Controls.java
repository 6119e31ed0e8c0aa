package dev.millwright.simulator.behaviour;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What can be written to a virtual machine: the recipe that is to run next ({@value #RECIPE}), the
 * bits {@value #START}, {@value #STOP} and {@value #RESET}, which act when they are written as true
 * and fall back by themselves, and {@link #KEPT}, which keep what is written: an acknowledgement
 * and two outputs. Pure; not safe for use by several threads.
 */
public final class Controls {

  public static final String RECIPE = "recipe";
  public static final String START = "start";
  public static final String STOP = "stop";
  public static final String RESET = "reset";
  public static final String ACK = "ack";
  public static final String VALVE = "valve";
  public static final String MIXER = "mixer";

  /** All of them. */
  public static final List<String> TAGS = List.of(RECIPE, START, STOP, RESET, ACK, VALVE, MIXER);

  /** The bits that keep what is written; they can be read back. */
  public static final List<String> KEPT = List.of(ACK, VALVE, MIXER);

  /** Why a machine does not take what is written. */
  public enum Refusal {
    NO_SUCH_TAG("nothing of that name can be written"),
    WRONG_VALUE("the value is of another type"),
    UNKNOWN_RECIPE("the machine has no such recipe"),
    NOT_NOW("the machine is not in a state for it");

    private final String words;

    Refusal(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  private final VirtualMachine machine;
  private String recipe = "";
  private final Set<String> on = new HashSet<>();

  /** Those of a machine; nothing is selected at first. */
  public Controls(VirtualMachine machine) {
    this.machine = machine;
  }

  /** The recipe that the next start runs; empty when none was written. */
  public String recipe() {
    return recipe;
  }

  /** Whether a bit of {@link #KEPT} is set; no other bit ever is. */
  public boolean isOn(String tag) {
    return on.contains(tag);
  }

  /** Why a tag never takes this value, whatever the machine does; null when it may. */
  public Refusal unfit(String tag, Object value) {
    if (!TAGS.contains(tag)) {
      return Refusal.NO_SUCH_TAG;
    }
    boolean text = tag.equals(RECIPE);
    if (text ? !(value instanceof String) : !(value instanceof Boolean)) {
      return Refusal.WRONG_VALUE;
    }
    return text && !machine.knows((String) value) ? Refusal.UNKNOWN_RECIPE : null;
  }

  /**
   * Takes what is written.
   *
   * @param at when it is written
   * @return null when it was taken
   */
  public Refusal write(String tag, Object value, Instant at) {
    Refusal unfit = unfit(tag, value);
    if (unfit != null) {
      return unfit;
    }
    if (tag.equals(RECIPE)) {
      recipe = (String) value;
    } else if (KEPT.contains(tag)) {
      boolean unused = (Boolean) value ? on.add(tag) : on.remove(tag);
    } else if ((Boolean) value) {
      return press(tag, at);
    }
    return null;
  }

  private Refusal press(String tag, Instant at) {
    if (tag.equals(START) && recipe.isEmpty()) {
      return Refusal.UNKNOWN_RECIPE;
    }
    boolean taken =
        switch (tag) {
          case START -> machine.start(recipe, at);
          case STOP -> machine.stop(at);
          default -> machine.reset(at);
        };
    return taken ? null : Refusal.NOT_NOW;
  }
}
