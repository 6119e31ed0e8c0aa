package dev.millwright.cli;

import dev.millwright.config.Configuration;
import dev.millwright.consolidation.Difference;
import dev.millwright.consolidation.PhaseStatus;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.consolidation.SchemaCheck;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.DirectConnections;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The database: there, writable, encrypted where it should be, of one time, and of our schema. */
final class DoctorDatabase {

  private static final String FACTS =
      """
      SELECT clock_timestamp(), pg_is_in_recovery(), current_setting('server_version'),
        coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
        inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr(),
        current_user
      """;

  /** Less than a look may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** More makes it hard to tell which of two things was first. */
  private static final Duration CLOCKS = Duration.ofSeconds(1);

  private static final int MOST_NAMED = 3;

  private final Configuration configuration;
  private final DatabaseSettings settings;
  private final DataSource database;

  DoctorDatabase(DoctorPatient patient) {
    this.configuration = patient.configuration();
    this.settings = patient.main().section(DatabaseSettings.class);
    this.database =
        DirectConnections.of(settings.withSocketTimeout(Duration.ofSeconds(2)), PATIENCE);
  }

  List<Diagnosis> look() {
    List<Diagnosis> found = new ArrayList<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      Instant before = Instant.now();
      try (ResultSet row = statement.executeQuery(FACTS)) {
        row.next();
        Instant after = Instant.now();
        found.add(
            row.getBoolean(2)
                ? Diagnosis.fault(
                    "database",
                    settings.shownUrl() + " answers and takes no writes: it is a standby",
                    "name the primary too, with targetServerType=primary in the url")
                : Diagnosis.ok(
                    "database",
                    settings.shownUrl()
                        + " answers: PostgreSQL "
                        + row.getString(3).replaceFirst(" .*", "")
                        + ", as user "
                        + row.getString(6)));
        boolean local = row.getBoolean(5);
        found.add(encryption(row.getBoolean(4), local));
        found.add(clocks(before, row.getObject(1, OffsetDateTime.class).toInstant(), after));
      }
    } catch (SQLException e) {
      String words = DatabaseWords.failure(settings.shownUrl(), e).getMessage();
      found.add(
          Diagnosis.fault(
              "database",
              words.replaceFirst("^database ", "").replaceAll("\\s*\\R\\s*", ". "),
              "nothing is lost meanwhile: transitions wait in the journal"));
    }
    return found;
  }

  private static Diagnosis encryption(boolean encrypted, boolean local) {
    if (encrypted) {
      return Diagnosis.ok("database TLS", "the connection is encrypted");
    }
    return local
        ? Diagnosis.ok("database TLS", "not encrypted, and does not leave this host")
        : Diagnosis.warning(
            "database TLS",
            "the connection leaves this host and is not encrypted",
            "set sslmode = \"verify-full\" in [database]");
  }

  /** As exactly as one round trip allows. */
  private static Diagnosis clocks(Instant before, Instant there, Instant after) {
    Duration apart =
        there.isBefore(before)
            ? Duration.between(there, before)
            : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
    return apart.compareTo(CLOCKS) < 0
        ? Diagnosis.ok(
            "database clock",
            apart.isZero()
                ? "agrees with this host's"
                : "differs from this host's by " + apart.toMillis() + " ms")
        : Diagnosis.warning(
            "database clock",
            "differs from this host's by " + apart.toMillis() + " ms or more",
            "let both follow the same time servers");
  }

  /** What the daemon would look at before it writes. */
  List<Diagnosis> schema() throws Exception {
    Set<SchemaCheck.Also> also = EnumSet.noneOf(SchemaCheck.Also.class);
    if (configuration != null) {
      if (configuration.machines().stream().anyMatch(machine -> machine.register())) {
        also.add(SchemaCheck.Also.REGISTER);
      }
      if (configuration.machines().stream().anyMatch(machine -> machine.control() != null)) {
        also.add(SchemaCheck.Also.COMMANDS);
      }
    }
    List<Difference> differences = SchemaCheck.differences(database, also);
    if (!differences.isEmpty()) {
      String named =
          differences.stream()
              .limit(MOST_NAMED)
              .map(Difference::toString)
              .collect(Collectors.joining("; "));
      int more = differences.size() - MOST_NAMED;
      return List.of(
          Diagnosis.fault(
              "schema and rights",
              named + (more > 0 ? "; and " + more + " more" : ""),
              "millwright migrate verify --plan schema lists all; apply it, or grant what is"
                  + " missing"));
    }
    return List.of(Diagnosis.ok("schema and rights", "as this version needs them" + phases()));
  }

  /** A daemon's own role may not read what was applied, and need not. */
  private String phases() {
    try {
      List<PhaseStatus> phases = new PlanRunner(database).status(Plan.load("schema"));
      long applied =
          phases.stream().filter(phase -> phase.state() == PhaseStatus.State.APPLIED).count();
      return "; phases of plan schema applied: " + applied + " of " + phases.size();
    } catch (PlanException e) {
      return "";
    }
  }
}
