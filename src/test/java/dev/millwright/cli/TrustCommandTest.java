package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.config.ConfigLoader;
import dev.millwright.daemon.Wirings;
import dev.millwright.device.LinkException;
import dev.millwright.device.opcua.OpcUaLink;
import dev.millwright.device.opcua.OpcUaMachine;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.device.opcua.OpcUaTag;
import dev.millwright.pki.Applicant;
import dev.millwright.pki.Certificates;
import dev.millwright.pki.Pki;
import dev.millwright.simulator.OpcUaPlant;
import dev.millwright.simulator.PlantSecurity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FIELD 10: a technician connects to a secured server with what the messages tell him to run. */
class TrustCommandTest {

  @TempDir Path folder;
  private Path config;

  @BeforeEach
  void writeConfiguration() throws Exception {
    config = folder.resolve("millwright.toml");
    Files.writeString(
        config,
        """
        [database]
        url = "jdbc:postgresql://localhost/plant"
        user = "millwright"
        [journal]
        path = "%s"
        """
            .formatted(folder.resolve("state/journal.db").toAbsolutePath()));
  }

  /** The way of a new user, with nothing but what each step tells him. */
  @Test
  void aNewServerIsAcceptedStepByStep() throws Exception {
    Pki theirs =
        new Pki(
            folder.resolve("plant"),
            new Applicant("Plant", "urn:millwright:simulator", List.of("127.0.0.1")),
            InstantSource.system());
    try (OpcUaPlant plant =
        new OpcUaPlant(
            "127.0.0.1", 0, List.of("PRESS-01"), new PlantSecurity(theirs, null, null))) {
      plant.start();
      OpcUaLink link = link(plant.endpoint());
      String why = refusal(link);
      String command = why.substring(why.indexOf("millwright trust accept "));
      String prefix = command.substring(command.lastIndexOf(' ') + 1);

      Console list = trust("list");
      assertEquals(Exit.OK, list.exitCode(), list.err());
      assertTrue(list.out().contains("rejected  " + prefix), list.out());
      assertTrue(list.out().contains(plant.endpoint() + "  not trusted"), list.out());

      Console accept = trust("accept", prefix);
      assertEquals(Exit.OK, accept.exitCode(), accept.err());
      assertTrue(accept.out().contains("is trusted; a running daemon takes it"), accept.out());

      // The other side has to be told as well, which the message says.
      assertTrue(refusal(link).endsWith("See: millwright trust own"));
      Path exported = folder.resolve("millwright.der");
      Console own = trust("own", "--to", exported.toString());
      assertEquals(Exit.OK, own.exitCode(), own.err());
      assertTrue(own.out().contains(":millwright\n"), own.out());
      assertArrayEquals(ours().own().certificate().getEncoded(), Files.readAllBytes(exported));
      String thumbprint = Certificates.thumbprint(ours().own().certificate());
      assertTrue(own.out().contains("thumbprint       " + thumbprint), own.out());
      Console there = Console.run("trust", "accept", thumbprint, "--pki", folder + "/plant");
      assertEquals(Exit.OK, there.exitCode(), there.err());

      link.open();
      link.close();
      Console after = trust("list");
      assertTrue(after.out().contains("trusted  " + prefix), after.out());
      assertFalse(after.out().contains("rejected"), after.out());

      Console reject = trust("reject", prefix);
      assertEquals(Exit.OK, reject.exitCode(), reject.err());
      assertTrue(refusal(link).contains("refused: not trusted. "));
    }
  }

  @Test
  void theListIsForProgramsAsWell() throws Exception {
    ours().trust(ours().own().certificate());
    JsonObject json = JsonParser.parseString(trust("list", "--json").out()).getAsJsonObject();
    assertEquals("trusted", json.get("state").getAsString());
    assertEquals(
        Certificates.thumbprint(ours().own().certificate()), json.get("thumbprint").getAsString());
    assertTrue(json.get("endpoint").isJsonNull());
  }

  @Test
  void aThumbprintThatNobodyKnowsIsSaidAndNothingChanges() throws Exception {
    ours().own();
    Console accept = trust("accept", "ABCDEF");
    assertEquals(Exit.NO_INPUT, accept.exitCode());
    assertEquals(
        "millwright: no certificate has a thumbprint that begins with \"ABCDEF\"\n", accept.err());
  }

  /** What root makes, the daemon's user cannot use. */
  @Test
  void noCommandMakesTheFolder() throws Exception {
    for (String command : List.of("list", "own")) {
      Console console = trust(command);
      assertEquals(Exit.UNAVAILABLE, console.exitCode());
      assertTrue(console.err().contains("the daemon makes it when it first connects"), command);
    }
    try (Stream<Path> all = Files.list(folder)) {
      assertEquals(List.of(config), all.toList());
    }
  }

  @Test
  void nothingIsOverwrittenByAnExport() throws Exception {
    ours().own();
    Path file = Files.writeString(folder.resolve("mine"), "precious");
    Console own = trust("own", "--to", file.toString());
    assertEquals(Exit.IO_ERROR, own.exitCode());
    assertEquals("precious", Files.readString(file));
  }

  private Console trust(String command, String... rest) {
    return Console.run(
        Stream.concat(Stream.of("trust", command, "--config", config.toString()), Stream.of(rest))
            .toArray(String[]::new));
  }

  private Pki ours() throws Exception {
    return Wirings.pki(
        new ConfigLoader(Wirings.registry()).loadMain(config, Map.of()), InstantSource.system());
  }

  private OpcUaLink link(String endpoint) throws Exception {
    OpcUaTag state = new OpcUaTag("state", "nsu=urn:millwright:plant;s=PRESS-01/State");
    return new OpcUaLink(
        new OpcUaSettings(endpoint, null, null, null, null, null, null, Duration.ofSeconds(8)),
        ours(),
        List.of(new OpcUaMachine("PRESS-01", Duration.ofSeconds(30), List.of(state))),
        notice -> {});
  }

  private static String refusal(OpcUaLink link) {
    try (link) {
      return assertThrows(LinkException.class, link::open).getMessage();
    }
  }
}
