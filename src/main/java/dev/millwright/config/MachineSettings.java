package dev.millwright.config;

import dev.millwright.runtime.Control;
import dev.millwright.runtime.HandshakeSettings;
import dev.millwright.runtime.LifecycleSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One machine, as its file describes it.
 *
 * @param file where it was read
 * @param serialNumber the row of {@code machines}
 * @param protocol the name of a registered protocol
 * @param staleAfter without fresh good data for so long, nobody knows the machine's state
 * @param register whether the daemon makes the row when there is none
 * @param acceptUncertain whether values of uncertain quality may drive a transition
 * @param trace whether the daemon records what the machine shows
 * @param link the protocol's settings
 * @param tags by name; those of the protocol when it brings its own
 * @param lifecycle what the tags mean
 * @param handshake how the machine is told that its values are taken; null when it is not
 * @param control how the machine is made to do something; null when it is only watched
 */
public record MachineSettings(
    Path file,
    String serialNumber,
    String protocol,
    Duration staleAfter,
    boolean register,
    boolean acceptUncertain,
    boolean trace,
    Record link,
    Map<String, Record> tags,
    LifecycleSettings lifecycle,
    HandshakeSettings handshake,
    Control control) {

  /** Whether it is the same machine with the same settings, in whichever file. */
  public boolean isLike(MachineSettings other) {
    return equals(
        new MachineSettings(
            file,
            other.serialNumber,
            other.protocol,
            other.staleAfter,
            other.register,
            other.acceptUncertain,
            other.trace,
            other.link,
            other.tags,
            other.lifecycle,
            other.handshake,
            other.control));
  }

  /** The protocol's settings as what they are. */
  public <S extends Record> S link(Class<S> type) {
    return type.cast(link);
  }

  /** The tags as what they are, by name. */
  public <T extends Record> Map<String, T> tags(Class<T> type) {
    Map<String, T> typed = new LinkedHashMap<>();
    tags.forEach((name, tag) -> typed.put(name, type.cast(tag)));
    return typed;
  }
}
