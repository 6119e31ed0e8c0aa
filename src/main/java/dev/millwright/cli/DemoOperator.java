package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.RecipeFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * The demo's operator: starts recipes on the stepped machines by rows in table recipe_commands, and
 * holds or stops one now and then.
 */
final class DemoOperator implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration HOLD_AFTER = Duration.ofSeconds(2);
  private static final Duration HELD_FOR = Duration.ofSeconds(2);
  private static final Duration STOP_AFTER = Duration.ofSeconds(4);
  private static final long END_LIMIT_MS = 5_000;

  private static final String LOOK =
      """
      SELECT machine.id, machine.status, command.status IN ('pending', 'processing')
        FROM machines AS machine LEFT JOIN recipe_commands AS command ON command.id = ?
       WHERE machine.serial_number = ?
      """;

  private static final String COMMAND =
      """
      INSERT INTO recipe_commands (machine_id, type, parameters, operator, reason)
      VALUES (?, ?, ?::jsonb, 'demo', ?) RETURNING id
      """;

  private final DataSource database;
  private final List<Desk> desks = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::work, "demo operator");

  private DemoOperator(DataSource database) {
    this.database = database;
  }

  /** Begins to work at the machines of the configuration that are stepped. */
  static DemoOperator start(Configuration configuration, DataSource database) {
    DemoOperator operator = new DemoOperator(database);
    for (MachineSettings machine : RecipeFits.stepped(configuration.machines())) {
      List<String> recipes =
          configuration.recipes().stream()
              .filter(recipe -> RecipeFits.mayRun(machine, recipe))
              .map(RecipeFile::recipe)
              .map(recipe -> recipe.name())
              .toList();
      if (!recipes.isEmpty()) {
        int number = operator.desks.size();
        operator.desks.add(new Desk(machine.serialNumber(), recipes, number));
      }
    }
    operator.thread.setDaemon(true);
    operator.thread.start();
    return operator;
  }

  private void work() {
    try {
      do {
        try (Connection connection = database.getConnection()) {
          for (Desk desk : desks) {
            desk.look(connection);
          }
        } catch (SQLException e) {
          // A database that is away is part of the show: commands go on when it is back.
        }
      } while (!end.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives no more commands; what runs is left to run. */
  @Override
  public void close() throws InterruptedException {
    end.countDown();
    thread.join(END_LIMIT_MS);
  }

  /** The operator at one machine: of three runs one is held for a while, and one is stopped. */
  private static final class Desk {

    private final String machine;
    private final List<String> recipes;

    /** Counts the runs; not from 0 at each machine, so that they differ. */
    private int number;

    /** The start that was given last; null before the first. */
    private UUID start;

    /** How many further commands that run has had. */
    private int given;

    /** When something was done or seen last. */
    private long since = System.nanoTime();

    private boolean underWay;

    Desk(String machine, List<String> recipes, int number) {
      this.machine = machine;
      this.recipes = recipes;
      this.number = number;
    }

    void look(Connection connection) throws SQLException {
      try (PreparedStatement look = connection.prepareStatement(LOOK)) {
        look.setObject(1, start);
        look.setString(2, machine);
        try (ResultSet row = look.executeQuery()) {
          if (row.next()) {
            UUID id = row.getObject(1, UUID.class);
            act(connection, id, row.getString(2), row.getBoolean(3));
          }
        }
      }
    }

    private void act(Connection connection, UUID id, String status, boolean open)
        throws SQLException {
      if (underWay && !open) {
        underWay = false;
        since = System.nanoTime();
      }
      if (open) {
        interfere(connection, id, status);
      } else if (status.equals("error") && hasBeen(PAUSE)) {
        var unused = command(connection, id, "reset_machine", "{}", "looked at it");
      } else if (status.equals("idle") && hasBeen(PAUSE)) {
        // By its place in the list of recipes, each as often as the others.
        String recipe = recipes.get(number++ / 3 % recipes.size());
        JsonObject parameters = new JsonObject();
        parameters.addProperty("recipe", recipe);
        start = command(connection, id, "start_recipe", Json.of(parameters), null);
        underWay = true;
        given = 0;
      }
    }

    private void interfere(Connection connection, UUID id, String status) throws SQLException {
      int kind = number % 3;
      if (!status.equals("processing")) {
        since = System.nanoTime();
      } else if (kind == 2 && given == 0 && hasBeen(HOLD_AFTER)) {
        var unused = command(connection, id, "hold_recipe", "{}", "looks at the product");
        given++;
      } else if (kind == 2 && given == 1 && hasBeen(HELD_FOR)) {
        var unused = command(connection, id, "unhold_recipe", "{}", null);
        given++;
      } else if (kind == 0 && given == 0 && hasBeen(STOP_AFTER)) {
        var unused = command(connection, id, "stop_recipe", "{}", "end of the shift");
        given++;
      }
    }

    private boolean hasBeen(Duration time) {
      return System.nanoTime() - since >= time.toNanos();
    }

    private UUID command(
        Connection connection, UUID id, String type, String parameters, String reason)
        throws SQLException {
      since = System.nanoTime();
      try (PreparedStatement insert = connection.prepareStatement(COMMAND)) {
        insert.setObject(1, id);
        insert.setString(2, type);
        insert.setString(3, parameters);
        insert.setString(4, reason);
        try (ResultSet row = insert.executeQuery()) {
          row.next();
          return row.getObject(1, UUID.class);
        }
      }
    }
  }
}
