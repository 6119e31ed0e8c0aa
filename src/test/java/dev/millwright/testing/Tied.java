package dev.millwright.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Child processes that end with this JVM even when it is killed and can tell them nothing: the
 * kernel does (prctl(2), PR_SET_PDEATHSIG).
 *
 * <p>It goes by the thread that starts a child, so only a program may ask for it that starts all of
 * them from a thread that stays to its end; tests do not.
 */
public final class Tied {

  /** Of util-linux; where it is not, shutdown hooks have to do. */
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  private static volatile boolean asked;

  private Tied() {}

  /** From now on, for all children that are started. */
  public static void askFor() {
    asked = true;
  }

  /**
   * The same command; tied when that is asked for. The process has the same id as without.
   *
   * @param signal that it gets then, such as KILL
   */
  public static List<String> command(String signal, List<String> command) {
    if (!asked || !Files.isExecutable(SETPRIV)) {
      return command;
    }
    List<String> tied = new ArrayList<>(List.of(SETPRIV.toString(), "--pdeathsig", signal));
    tied.addAll(command);
    return tied;
  }
}
