package dev.millwright.runtime;

import dev.millwright.settings.Rules;
import java.util.Objects;

/**
 * How a machine that waits to be read is answered: the table {@code [handshake]} of its file.
 *
 * @param trigger the tag that the machine raises when its values are to be taken: true, or a number
 *     other than 0
 * @param reply the tag that is set to what the trigger shows as soon as they are taken
 */
public record HandshakeSettings(String trigger, String reply) {

  public HandshakeSettings {
    Objects.requireNonNull(trigger, "trigger");
    // FIELD 26: each side would wait for the other to take its hand off.
    new Rules()
        .require(
            !trigger.equals(reply),
            "reply",
            "tag \""
                + reply
                + "\" is the trigger; each needs a tag of its own, as on one tag the"
                + " machine and the daemon would overwrite each other")
        .check();
  }
}
