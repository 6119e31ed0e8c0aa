package dev.millwright.device.virtual;

import dev.millwright.settings.Access;
import dev.millwright.settings.ValueKind;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.Phase;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A tag that every virtual machine brings; no file describes it.
 *
 * @param access what may be done with it
 * @param kind what its values are
 */
public record VirtualTag(Access access, ValueKind kind) implements Access.Stated, ValueKind.Stated {

  /** A bit that is set from the end of a run until the machine is idle: take what it shows. */
  public static final String READY = "ready";

  /** All of them by name: what {@link VirtualLink} shows, and what {@link Controls} takes. */
  public static final Map<String, VirtualTag> ALL = all();

  private static Map<String, VirtualTag> all() {
    Map<String, VirtualTag> all = new LinkedHashMap<>();
    all.put("state", number(codes().min().orElseThrow(), (double) codes().max().orElseThrow()));
    all.put("counter", number(0, null));
    all.put(Controls.RECIPE, plain(Access.READ_WRITE, ValueKind.Type.TEXT));
    all.put("fault", plain(Access.READ, ValueKind.Type.TEXT));
    all.put("component", plain(Access.READ, ValueKind.Type.TEXT));
    all.put(READY, plain(Access.READ, ValueKind.Type.BOOLEAN));
    // They fall back by themselves, so there is nothing to see of them.
    Stream.of(Controls.START, Controls.STOP, Controls.RESET)
        .forEach(button -> all.put(button, plain(Access.WRITE, ValueKind.Type.BOOLEAN)));
    Controls.KEPT.forEach(bit -> all.put(bit, plain(Access.READ_WRITE, ValueKind.Type.BOOLEAN)));
    return Collections.unmodifiableMap(all);
  }

  private static IntStream codes() {
    return Stream.of(Phase.values()).mapToInt(Phase::code);
  }

  private static VirtualTag number(double least, Double most) {
    return new VirtualTag(Access.READ, new ValueKind(ValueKind.Type.INTEGER, least, most, null));
  }

  private static VirtualTag plain(Access access, ValueKind.Type type) {
    return new VirtualTag(access, new ValueKind(type, null, null, null));
  }
}
