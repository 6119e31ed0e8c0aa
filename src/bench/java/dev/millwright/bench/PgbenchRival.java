package dev.millwright.bench;

import dev.millwright.testing.Tied;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL's own load generator with the bare UPDATE, one client, prepared; machines at random.
 * It cannot know what a row shows, so the row itself says what comes next.
 */
final class PgbenchRival implements Rival {

  private static final String SCRIPT =
      """
      \\set n random(1, MACHINES)
      UPDATE machines \
         SET status = CASE WHEN status = 'idle' THEN 'processing' ELSE 'idle' END, \
             current_process_id = CASE WHEN status = 'idle' THEN gen_random_uuid() END, \
             state_since = now(), is_failure_mode = false, failure_component = NULL, \
             failure_description = NULL, state_seq = state_seq + 1, last_event = 'start', \
             last_transition_id = gen_random_uuid(), \
             last_detail = '{"source": "machine", "recipe": "R42", "cycle": 1}', \
             updated_at = clock_timestamp() \
       WHERE id = ('00000000-0000-4000-8000-' || lpad(CAST(:n AS text), 12, '0'))::uuid;
      """;

  private static final long LIMIT_HOURS = 1;

  private final Path program;
  private final String url;
  private final Path folder;
  private final Path script;

  /**
   * @param url of the database, as for JDBC
   * @param folder for its script and what it prints
   */
  PgbenchRival(Path program, String url, Path folder, int machines) throws IOException {
    this.program = program;
    this.url = url.replaceFirst("^jdbc:", "");
    this.folder = folder;
    this.script =
        Files.writeString(
            folder.resolve("update.sql"), SCRIPT.replace("MACHINES", Integer.toString(machines)));
  }

  @Override
  public void persist(int transitions) throws IOException, InterruptedException {
    Path printed = folder.resolve("pgbench.txt");
    Process process =
        new ProcessBuilder(
                Tied.command(
                    "KILL",
                    List.of(
                        program.toString(),
                        "--no-vacuum",
                        "--protocol=prepared",
                        "--client=1",
                        "--file=" + script,
                        "--transactions=" + transitions,
                        url)))
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    if (!process.waitFor(LIMIT_HOURS, TimeUnit.HOURS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(
          program + " failed:\n" + Files.readString(printed, StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {}
}
