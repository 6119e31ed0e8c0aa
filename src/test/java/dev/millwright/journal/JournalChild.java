package dev.millwright.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A process of its own that holds a journal, until it is killed. */
final class JournalChild {

  private JournalChild() {}

  /**
   * Args: {@code hold FILE}, or {@code append FILE THREADS}: each thread appends to its machine,
   * and prints the machine, the number and the id after append has returned.
   */
  public static void main(String[] args) throws Exception {
    Journal journal;
    try {
      journal = Samples.open(Path.of(args[1]));
    } catch (JournalException e) {
      say(e.kind() + " " + e.getMessage());
      return;
    }
    say("open " + journal.setAside());
    if (args[0].equals("append")) {
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        String machine = "M" + i;
        new Thread(() -> append(journal, machine)).start();
      }
    }
    Thread.sleep(60_000);
    System.exit(1);
  }

  private static void append(Journal journal, String machine) {
    try {
      Known known = journal.known().get(machine);
      long from = known == null ? 0 : known.state().seq();
      for (long seq = from; ; seq++) {
        UUID id = Samples.append(journal, machine, seq);
        say(machine + " " + seq + " " + id);
      }
    } catch (JournalException e) {
      say("failed " + e.getMessage());
    }
  }

  private static void say(String line) {
    synchronized (JournalChild.class) {
      System.out.println(line);
      System.out.flush();
    }
  }

  /** What it says is to be read from the process. */
  static Process start(String... args) throws IOException {
    return start(ProcessBuilder.Redirect.PIPE, args);
  }

  /** What it says goes to a file, as Java closes the pipe of a process that it kills. */
  static Process start(Path said, String... args) throws IOException {
    return start(ProcessBuilder.Redirect.to(said.toFile()), args);
  }

  private static Process start(ProcessBuilder.Redirect said, String... args) throws IOException {
    return new ProcessBuilder(command(System.getProperty("java.io.tmpdir"), args))
        .redirectOutput(said)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /**
   * For those who start it in a way of their own.
   *
   * @param libraries where SQLite's library is unpacked
   */
  static List<String> command(String libraries, String... args) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.sqlite.tmpdir=" + libraries,
                "-cp",
                System.getProperty("java.class.path"),
                JournalChild.class.getName()));
    command.addAll(List.of(args));
    return command;
  }
}
