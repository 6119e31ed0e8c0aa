package dev.millwright.testing;

import dev.millwright.config.ConfigException;
import dev.millwright.config.PlantLoader;
import dev.millwright.pki.Applicant;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The plant and the machines of {@code conf/}, word for word but for the addresses: so that several
 * tests can run at once, and what the README shows is what is tested.
 *
 * @param plant the folder of plant.toml
 * @param config the main configuration file
 * @param truth what the plant's machines and the virtual machine do
 */
public record TestPlant(Path plant, Path config, Path truth) {

  private static final Path CONF = Path.of("conf");
  private static final String OPCUA_PORT = "4850";
  private static final String MODBUS_PORT = "4852";
  private static final String PORTS = "/tmp/millwright-plant";

  /**
   * Copies them.
   *
   * @param folder where to; also for the pseudo-terminals
   * @param database what the main file says of it: the lines of its table
   * @param speed of the virtual machine, which is not the plant's
   */
  public static TestPlant in(Path folder, List<String> database, double speed) throws IOException {
    Path truth = folder.resolve("truth.jsonl");
    Path plant = Files.createDirectories(folder.resolve("plant"));
    Path machines = Files.createDirectories(folder.resolve("machines"));
    Map<String, String> moved =
        Map.of(
            OPCUA_PORT,
            Integer.toString(FreePort.find()),
            MODBUS_PORT,
            Integer.toString(FreePort.find()),
            PORTS,
            Files.createDirectories(folder.resolve("ports")).toAbsolutePath().toString());
    copy(CONF.resolve("plant/plant.toml"), plant.resolve("plant.toml"), moved);
    try (Stream<Path> files = Files.list(CONF.resolve("machines"))) {
      for (Path file : files.toList()) {
        copy(file, machines.resolve(file.getFileName()), moved);
      }
    }
    Path recipes = Files.createDirectories(folder.resolve("recipes"));
    try (Stream<Path> files = Files.list(CONF.resolve("recipes"))) {
      for (Path file : files.toList()) {
        copy(file, recipes.resolve(file.getFileName()), moved);
      }
    }
    Path virtual = machines.resolve("virt-01.toml");
    Files.writeString(
        virtual,
        // Its last table is [virtual].
        Files.readString(virtual)
            + String.format("truth = \"%s\"%nspeed = %s%n", truth.toAbsolutePath(), speed));
    Path config = folder.resolve("millwright.toml");
    Files.writeString(
        config,
        """
        [database]
        %s

        [journal]
        path = "%s"

        [log]
        """
            .formatted(String.join("\n", database), folder.resolve("journal.db").toAbsolutePath()));
    introduce(plant, folder.resolve("pki").toAbsolutePath());
    return new TestPlant(plant, config, truth);
  }

  /** Lets the plant's server and the daemon trust each other, as two persons would. */
  private static void introduce(Path plant, Path folder) throws IOException {
    try {
      Pki server = PlantLoader.load(plant).opcua().certificates();
      Pki daemon =
          new Pki(
              folder,
              new Applicant("Test", "urn:millwright:test", List.of("localhost")),
              InstantSource.system());
      server.trust(daemon.own().certificate());
      daemon.trust(server.own().certificate());
    } catch (ConfigException | PkiException e) {
      throw new IOException(e);
    }
  }

  private static void copy(Path from, Path to, Map<String, String> moved) throws IOException {
    String text = Files.readString(from);
    for (Map.Entry<String, String> address : moved.entrySet()) {
      text = text.replace(address.getKey(), address.getValue());
    }
    Files.writeString(to, text);
  }
}
