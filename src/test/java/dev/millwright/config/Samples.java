package dev.millwright.config;

import dev.millwright.settings.Access;
import dev.millwright.settings.Default;
import dev.millwright.settings.Durations;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import dev.millwright.settings.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Stand-ins for the features' settings, and files that use them. */
final class Samples {

  enum Parity {
    NONE,
    EVEN,
    ODD
  }

  record Line(
      String port,
      @Default("9600") int baud,
      @Default("none") Parity parity,
      @Default("1s") Duration timeout) {

    Line {
      new Rules()
          .within("baud", baud, 50, 4_000_000)
          .within("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1))
          .check();
    }
  }

  record Tag(String query, @Optional Pattern reply) {}

  record Server(String endpoint, @Optional String user, @Optional Secret password) {}

  record Address(String node) {}

  record Bit(Access access) implements Access.Stated {}

  record Dream(@Default("1") long seed) {}

  record Database(String url, String user, Secret password, @Default("4") int pool) {

    /** Throws by itself, as records may that do not use Rules. */
    Database {
      if (pool < 1 || pool > 64) {
        throw new IllegalArgumentException("pool: " + pool + " is not between 1 and 64");
      }
    }
  }

  record Log(@Default("info") String level) {}

  private static final Protocol.Preset PRESET =
      new Protocol.Preset(
          Map.of(
              "state", new Bit(Access.READ),
              "ready", new Bit(Access.READ),
              "ack", new Bit(Access.READ_WRITE)),
          new dev.millwright.runtime.LifecycleSettings(
              new dev.millwright.runtime.StateCodes(
                  "state", List.of("0"), List.of("1"), List.of(), List.of(), List.of()),
              null,
              null,
              null,
              null,
              null,
              null));

  static final Registry REGISTRY =
      new Registry(
          Map.of("database", Database.class, "log", Log.class),
          List.of(
              Protocol.of(
                      "ascii",
                      Line.class,
                      Tag.class,
                      l -> new Protocol.Line(l.port(), l.baud() + " baud, parity " + l.parity()))
                  .checked(Samples::answersBeforeStale),
              Protocol.of(
                  "opcua", Server.class, Address.class, s -> new Protocol.Line(s.endpoint(), "")),
              Protocol.preset("virtual", Dream.class, PRESET)));

  /** As real protocols do: what depends on several tables. */
  private static void answersBeforeStale(MachineSettings machine) {
    Line line = machine.link(Line.class);
    new Rules()
        .require(
            line.timeout().compareTo(machine.staleAfter()) < 0,
            "timeout",
            Durations.words(line.timeout()) + " is not less than stale_after")
        .require(machine.tags().size() < 9, "tags", "more than 8")
        .check();
  }

  static final String MAIN =
      """
      [database]
      url = "jdbc:postgresql://db1/plant"
      user = "millwright"
      password_file = "db-password"
      """;

  static final String ASCII =
      """
      serial_number = "MILL-07"
      protocol = "ascii"
      stale_after = "5s"
      register = true
      accept_uncertain = true
      [ascii]
      port = "/dev/ttyUSB0"
      baud = 19200
      parity = "even"
      timeout = "500ms"
      [tags.mode]
      query = "STATUS?"
      reply = "STATE=(\\\\w+)"
      [tags.program]
      query = "PROG?"
      [tags.alarm]
      query = "ALARM?"
      [tags.unit]
      query = "UNIT?"
      [tags.runs]
      query = "COUNT?"
      [lifecycle]
      state = { tag = "mode", idle = [0], processing = [1, "RUN"], complete = [3], stopped = [4], error = [true] }
      recipe = "program"
      fault = "alarm"
      component = "unit"
      counter = "runs"
      """;

  /** A configuration in a folder. */
  record Folder(Path path) {

    /** The main file and its secret, valid. */
    static Folder in(Path path) throws IOException {
      Folder folder = new Folder(path);
      folder.write("millwright.toml", MAIN);
      folder.secret("db-password", "s3cret-of-the-plant\n");
      return folder;
    }

    Path main() {
      return path.resolve("millwright.toml");
    }

    Folder write(String name, String text) throws IOException {
      return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Folder write(String name, byte[] bytes) throws IOException {
      Path file = path.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    }

    Folder secret(String name, String text) throws IOException {
      write(name, text);
      Files.setPosixFilePermissions(
          path.resolve(name), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
      return this;
    }

    Configuration load() throws ConfigException {
      return load(Map.of());
    }

    Configuration load(Map<String, String> environment) throws ConfigException {
      return new ConfigLoader(REGISTRY).load(main(), environment);
    }

    /** What loading complains of, with paths relative to the folder; empty when of nothing. */
    List<String> complaints() {
      return complaints(Map.of());
    }

    List<String> complaints(Map<String, String> environment) {
      try {
        load(environment);
        return List.of();
      } catch (ConfigException e) {
        return words(e.mistakes());
      }
    }

    List<String> words(List<Mistake> mistakes) {
      return mistakes.stream().map(m -> m.toString().replace(path + "/", "")).toList();
    }
  }

  private Samples() {}
}
