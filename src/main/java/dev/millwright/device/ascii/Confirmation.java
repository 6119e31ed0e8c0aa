package dev.millwright.device.ascii;

import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;

/** What a machine's answer to a command means. */
final class Confirmation {

  private Confirmation() {}

  /**
   * Done or refused.
   *
   * @param answer in which either of the command's patterns was found, once
   */
  static Written of(TagWrite write, AsciiCommand command, CharSequence answer) {
    return Finder.first(command.confirmed(), answer).found() == Finder.Found.ONCE
        ? Written.done(write)
        : Written.refused(write, "the machine answered " + Words.quoted(answer));
  }
}
