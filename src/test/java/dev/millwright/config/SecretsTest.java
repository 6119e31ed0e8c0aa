package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets come from a file or a systemd credential, and are never shown (DESIGN section 7). */
class SecretsTest {

  private static final String FILE = "millwright.toml:4: password_file: ";

  @TempDir Path temporary;
  private Samples.Folder folder;

  @BeforeEach
  void aValidConfiguration() throws IOException {
    folder = Samples.Folder.in(temporary).write("machines/mill.toml", Samples.ASCII);
  }

  private String password(Map<String, String> environment) throws ConfigException {
    return folder.load(environment).section(Samples.Database.class).password().reveal();
  }

  @Test
  void theCredentialGoesBeforeTheFileBesideTheConfiguration() throws Exception {
    folder.write("credentials/db-password", "from systemd");
    Map<String, String> environment =
        Map.of("CREDENTIALS_DIRECTORY", temporary.resolve("credentials").toString());
    assertEquals("from systemd", password(environment));
    Files.delete(temporary.resolve("credentials/db-password"));
    assertEquals("s3cret-of-the-plant", password(environment));
  }

  @Test
  void anAbsoluteNameIsTakenAsItIs() throws Exception {
    folder.write("credentials/db-password", "from systemd").secret("other/secret", "elsewhere");
    Path other = temporary.resolve("other/secret");
    folder.write("millwright.toml", Samples.MAIN.replace("db-password", other.toString()));
    assertEquals(
        "elsewhere",
        password(Map.of("CREDENTIALS_DIRECTORY", temporary.resolve("credentials").toString())));
  }

  /** One line end is the editor's; blanks are the password's. */
  @ParameterizedTest
  @CsvSource({"'a b ', 'a b '", "'a\n', a", "'a\r\n', a", "' ', ' '"})
  void onlyOneLineEndIsTakenOff(String content, String expected) throws Exception {
    folder.secret("db-password", content);
    assertEquals(expected, password(Map.of()));
  }

  @Test
  void unusableFilesAreRefused() throws IOException {
    folder.secret("db-password", "\n");
    assertEquals(List.of(FILE + "the file that it names is empty"), folder.complaints());
    folder.secret("db-password", "a\nb\n");
    assertEquals(
        List.of(FILE + "the file that it names has more than one line"), folder.complaints());
    folder.secret("db-password", "x".repeat(4096));
    assertEquals(List.of(), folder.complaints());
    folder.secret("db-password", "x".repeat(4097));
    assertEquals(
        List.of(FILE + "the file that it names is larger than the limit of 4 KiB"),
        folder.complaints());
    folder.write("db-password", new byte[] {(byte) 0xFF});
    assertEquals(List.of(FILE + "the file that it names is not UTF-8"), folder.complaints());
    Files.delete(temporary.resolve("db-password"));
    Files.createDirectory(temporary.resolve("db-password"));
    assertEquals(List.of(FILE + "what it names is not a regular file"), folder.complaints());
  }

  @ParameterizedTest
  @CsvSource({"rw-------,0", "r--------,0", "rw-r-----,1", "rw-rw-rw-,1", "rw----r--,1"})
  void aFileThatOthersCanUseIsAWarning(String mode, int warnings) throws Exception {
    Files.setPosixFilePermissions(
        temporary.resolve("db-password"), PosixFilePermissions.fromString(mode));
    List<Mistake> found = folder.load().warnings();
    assertEquals(warnings, found.size());
    if (warnings == 1) {
      assertEquals(
          List.of(
              "millwright.toml:4: the secret's file can be used by others ("
                  + mode
                  + "); make it the daemon's own with chmod 600"),
          folder.words(found));
    }
  }

  /** People do put the password itself there; the log would keep it. */
  @Test
  void aPasswordInPlaceOfAFilesNameIsNotRepeated() throws IOException {
    folder.write("millwright.toml", Samples.MAIN.replace("db-password", "hunter2"));
    assertEquals(
        List.of(
            FILE
                + "there is no such file, neither as a credential ($CREDENTIALS_DIRECTORY is not set)"
                + " nor beside this file"),
        folder.complaints());
  }

  @Test
  void aSecretIsNeitherInTheSettingsTextNorInAnExceptions() throws Exception {
    assertFalse(folder.load().toString().contains("s3cret"));
    folder.write(
        "millwright.toml",
        Samples.MAIN.replace("password_file = \"db-password\"", "password = \"hunter2\"")
            + "pasword = \"hunter2\"\npassword_file = { a = \"hunter2\" }\npool = 0\n");
    ConfigException exception = assertThrows(ConfigException.class, folder::load);
    assertFalse(exception.getMessage().contains("hunter2"));
    assertFalse(exception.toString().contains("hunter2"));
  }
}
