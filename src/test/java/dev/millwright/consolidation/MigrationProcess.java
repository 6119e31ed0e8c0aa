package dev.millwright.consolidation;

import dev.millwright.cli.Main;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.postgresql.ds.PGSimpleDataSource;

/** The command line in a process that begins when it is told to: see {@link KilledMigration}. */
final class MigrationProcess {

  static final String READY = "ready";

  private MigrationProcess() {}

  /** The database's URL, then the arguments of the command line. */
  public static void main(String[] arguments) throws Exception {
    // What loads its classes now does not take up the time in which it is to be killed.
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(arguments[0]);
    new PlanRunner(dataSource).verify(Plan.load("schema"));
    System.out.println(READY);
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    String[] rest = new String[arguments.length - 1];
    System.arraycopy(arguments, 1, rest, 0, rest.length);
    Main.main(rest);
  }
}
