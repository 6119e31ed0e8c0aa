package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FIELD 10: what a technician reads after a slip in what secures an OPC UA machine's link. */
class SecuredFileTest {

  private static final String MACHINE =
      """
      serial_number = "PRESS-01"
      protocol = "opcua"
      [opcua]
      endpoint = "opc.tcp://plc:4840"
      %s
      [tags]
      state = { node = "nsu=urn:press;s=State" }
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1] }
      """;

  @TempDir Path folder;

  @BeforeEach
  void main() throws Exception {
    Files.createDirectories(folder.resolve("machines"));
    Files.writeString(
        folder.resolve("millwright.toml"),
        """
        [database]
        url = "jdbc:postgresql://localhost/x"
        [journal]
        path = "/state/journal.db"
        """);
  }

  @Test
  void aUserWithACertificateIsReadFromFilesBesideTheMachines() throws Exception {
    TestCertificate user = TestCertificate.of("Operator").make();
    write("user.pem", user.certificatePem());
    write("user-key.pem", user.keyPem());
    Configuration configuration =
        load("user_certificate_file = \"user.pem\"\nuser_key_file = \"user-key.pem\"");
    OpcUaSettings settings = configuration.machines().get(0).link(OpcUaSettings.class);
    assertEquals(user.keyPem(), settings.userKey().reveal());
    assertFalse(configuration.toString().contains("PRIVATE KEY"));
    assertEquals(0, configuration.warnings().size());
  }

  /** The certificates have to survive a restart, as the journal has to. */
  @Test
  void certificatesAreBesideTheJournalUnlessAPathIsWritten() throws Exception {
    assertEquals(Path.of("/state/pki"), Wirings.pki(load(""), InstantSource.system()).folder());
    Path main = folder.resolve("millwright.toml");
    Files.writeString(main, Files.readString(main) + "[pki]\npath = \"/elsewhere\"\n");
    assertEquals(Path.of("/elsewhere"), Wirings.pki(load(""), InstantSource.system()).folder());
  }

  @Test
  void slipsAreToldWithTheirLine() throws Exception {
    write("password", "p");
    mistake("security = \"Basic256\"", 5, "security: \"Basic256\" is deprecated since OPC UA 1.04");
    mistake(
        "security_mode = \"Signed\"", 5, "security_mode: \"Signed\" is not one of Sign, SignAnd");
    mistake("user = \"u\"", 3, "password: user \"u\" needs a password_file");
    mistake(
        "user = \"u\"\npassword = \"p\"", 6, "key \"password\" is refused, as a secret does not");
    mistake("password_file = \"password\"", 3, "user: whose is the password in password_file?");
    mistake("user_key_file = \"none\"", 5, "user_key_file: there is no such file");
    mistake(
        "user_certificate_file = \"password\"\nuser_key_file = \"password\"",
        5,
        "user_certificate_file: there is no block \"BEGIN CERTIFICATE\" in it");
    mistake("tolerate = [\"trust\"]", 5, "tolerate: \"trust\" must not fail; only these may: ");
    mistake("tolerate = [\"hostname\"]", 5, "tolerate: \"hostname\" is not one of trust, issuer,");
  }

  private void mistake(String lines, int line, String message) throws Exception {
    String all = assertThrows(ConfigException.class, () -> load(lines)).getMessage();
    assertTrue(all.startsWith(folder + "/machines/press-01.toml:" + line + ": " + message), all);
    assertEquals(2, all.lines().count(), all);
  }

  private Configuration load(String security) throws Exception {
    Files.writeString(folder.resolve("machines/press-01.toml"), MACHINE.formatted(security));
    return new ConfigLoader(Wirings.registry()).load(folder.resolve("millwright.toml"), Map.of());
  }

  private void write(String name, String content) throws Exception {
    Path file = Files.writeString(folder.resolve("machines").resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
