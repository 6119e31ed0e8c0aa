package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} says of a database, as the role that the daemon has there. */
class DoctorDatabaseTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private static final String ROLE = "millwright_doctors";
  private static final String PASSWORD = "doctors-own-password";

  @TempDir private static Path shared;
  @TempDir private Path folder;

  private static Console roles(String... more) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("migrate", "roles", "--host", "doctors"));
    command.addAll(List.of("--database", DATABASE.urlWithPassword()));
    command.addAll(List.of(more));
    return Console.run(command.toArray(String[]::new));
  }

  /** As the operations guide has it made. */
  @BeforeAll
  static void aRoleForThisHost() throws Exception {
    Path file = Files.writeString(shared.resolve("password"), PASSWORD + "\n");
    Console made = roles("--machine", "PRESS-01", "--register", "--password-file", file.toString());
    assertEquals(Exit.OK, made.exitCode(), made.err());
  }

  @AfterAll
  static void withoutIt() {
    Console unused = roles("--remove");
  }

  private DoctorDatabase as(String user, String password) throws Exception {
    Sites sites = new Sites(folder, DATABASE.url() + "?user=" + user + "&password=" + password);
    sites.virtual("PRESS-01", true);
    return new DoctorDatabase(Patients.of(sites));
  }

  /** It may not read what plans have noted of themselves, and is well without it. */
  @Test
  void the_role_of_the_guide_has_all_that_it_needs() throws Exception {
    DoctorDatabase asked = as(ROLE, PASSWORD);
    assertEquals(
        List.of(Diagnosis.ok("schema and rights", "as this version needs them")), asked.schema());
    Diagnosis answer = Patients.of("database", asked.look());
    assertTrue(answer.words().endsWith(", as user " + ROLE), answer::words);
  }

  @Test
  void a_right_that_is_missing_is_named_with_its_grant() throws Exception {
    DATABASE.execute("REVOKE UPDATE (status) ON machines FROM " + ROLE);
    try {
      Diagnosis found = as(ROLE, PASSWORD).schema().get(0);
      assertEquals(Diagnosis.Level.FAULT, found.level(), found::toString);
      assertTrue(
          found.words().contains("GRANT UPDATE (status) ON machines TO " + ROLE), found::words);
    } finally {
      DATABASE.execute("GRANT UPDATE (status) ON machines TO " + ROLE);
    }
  }

  @Test
  void a_wrong_password_is_a_fault_that_does_not_show_it() throws Exception {
    Diagnosis found = Patients.of("database", as("nobody_here", "wrong-secret").look());
    assertEquals(Diagnosis.Level.FAULT, found.level(), found::toString);
    assertTrue(!found.toString().contains("wrong-secret"), found::toString);
    assertEquals("nothing is lost meanwhile: transitions wait in the journal", found.advice());
  }
}
