package dev.millwright.daemon;

import static dev.millwright.daemon.Await.await;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The files of a site that a test writes, a daemon in this process by them, and its machines. */
public final class RunningSite implements AutoCloseable {

  private final Path folder;
  private final TestDatabase database;
  private Daemon daemon;

  /**
   * Writes the main file.
   *
   * @param folder of all files
   */
  public RunningSite(Path folder, TestDatabase database) throws IOException {
    this.folder = folder;
    this.database = database;
    Files.createDirectories(folder.resolve("machines"));
    Files.createDirectories(folder.resolve("recipes"));
    write(
        "millwright.toml",
        """
        [database]
        url = "jdbc:postgresql://localhost/x"
        [journal]
        path = "%s"
        [control]
        socket = "%s"
        """
            .formatted(folder.resolve("journal.db"), folder.resolve("c.sock")));
  }

  /** A file of the site, such as {@code machines/opc.toml}. */
  public void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  void delete(String file) throws IOException {
    Files.delete(folder.resolve(file));
  }

  /** What the files say, with the test's database. */
  public Configuration load() throws ConfigException {
    return new ConfigLoader(Wirings.registry())
        .load(folder.resolve("millwright.toml"), Map.of())
        .with(DatabaseSettings.class, database.settings());
  }

  Daemon start() throws Exception {
    daemon = Daemon.start(load(), this::load, null, TimeSource.system(), ServiceManager.NONE);
    return daemon;
  }

  /** Waits until a machine would take a start. */
  void awaitReady(String machine, Command start) throws Exception {
    await(machine + " is ready", () -> daemon.commanded().refusal(machine, start) == null);
  }

  CompletableFuture<CommandResult> give(String machine, Command command) {
    CompletableFuture<CommandResult> result = new CompletableFuture<>();
    daemon.commanded().command(machine, command, result::complete);
    return result;
  }

  /** Gives it, and waits for its end. */
  CommandResult ended(String machine, Command command) throws Exception {
    return give(machine, command).get(30, TimeUnit.SECONDS);
  }

  static Command start(String recipe, Map<String, Object> parameters) {
    return command(Kind.START, recipe, parameters);
  }

  static Command stop() {
    return command(Kind.STOP, null, Map.of());
  }

  private static Command command(Kind kind, String recipe, Map<String, Object> parameters) {
    return new Command(
        UUID.randomUUID(),
        kind,
        null,
        recipe,
        parameters,
        null,
        new Command.Origin(Command.Source.CONTROL, "Ada", null));
  }

  /** A column of a machine's row, or what SQL makes of some. */
  String row(String machine, String expression) throws Exception {
    return database.value(
        "SELECT " + expression + " FROM machines WHERE serial_number = '" + machine + "'");
  }

  /** A machine's history, in the words of its events. */
  String events(String machine) throws Exception {
    return String.valueOf(
        row(
            machine,
            "(SELECT string_agg(event, ' ' ORDER BY state_seq) FROM machine_transitions"
                + " WHERE machine_id = machines.id)"));
  }

  @Override
  public void close() {
    if (daemon != null) {
      daemon.close();
    }
  }
}
