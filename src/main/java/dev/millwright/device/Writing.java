package dev.millwright.device;

import java.util.ArrayList;
import java.util.List;

/** Sends writes one after the other, as {@link Link#write} promises, whatever the protocol. */
public final class Writing {

  /** Judges a write before anything is sent. */
  public interface Check {

    /** Why the tag does not take this value; null when it does. */
    String refusal(TagWrite write);
  }

  /** Sends one write and waits for what becomes of it. */
  public interface Sender {

    /**
     * Sends.
     *
     * @throws LinkException only when nothing was sent
     */
    Written send(TagWrite write) throws LinkException, InterruptedException;
  }

  private Writing() {}

  /**
   * Judges all, then sends them in order up to the first that is not done.
   *
   * @throws LinkException when the link broke before anything was sent
   */
  public static List<Written> inOrder(List<TagWrite> writes, Check check, Sender sender)
      throws LinkException, InterruptedException {
    List<Written> judged = judge(writes, check);
    if (!judged.isEmpty()) {
      return judged;
    }
    List<Written> written = new ArrayList<>();
    Written last = null;
    for (TagWrite write : writes) {
      if (last == null || last.outcome() == Written.Outcome.DONE) {
        last = send(write, sender, last == null);
        written.add(last);
      } else {
        written.add(Written.notTried(write, "because " + last.write() + " was not done"));
      }
    }
    return List.copyOf(written);
  }

  /** Empty when all may be sent. */
  private static List<Written> judge(List<TagWrite> writes, Check check) {
    List<Written> judged = new ArrayList<>();
    boolean refused = false;
    for (TagWrite write : writes) {
      String refusal = check.refusal(write);
      refused |= refusal != null;
      judged.add(
          refusal == null
              ? Written.notTried(write, "because another value does not suit its tag")
              : Written.refused(write, refusal));
    }
    return refused ? List.copyOf(judged) : List.of();
  }

  private static Written send(TagWrite write, Sender sender, boolean first)
      throws LinkException, InterruptedException {
    try {
      return sender.send(write);
    } catch (LinkException e) {
      if (first) {
        throw e;
      }
      return Written.notTried(write, e.getMessage());
    }
  }
}
