package dev.millwright.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.tinylog.Logger;

/** What a command printed, run within this JVM. */
record Console(int exitCode, String out, String err) {

  static {
    // The log is set up once for each JVM; here it is the tests' own, so that a command leaves it.
    Logger.debug("the tests' log is in use");
  }

  static synchronized Console run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(printed, true, UTF_8));
      System.setErr(new PrintStream(complained, true, UTF_8));
      int code = Main.run(arguments);
      return new Console(code, printed.toString(UTF_8), complained.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
