package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.daemon.Wirings;
import dev.millwright.pki.Applicant;
import dev.millwright.pki.Pki;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The folder of certificates that the configuration names, for a command. */
final class PkiOption {

  @Mixin private ConfigOption config;

  @Option(
      names = "--pki",
      paramLabel = "DIR",
      description =
          "A folder of certificates, such as a virtual plant's, instead of the one that the"
              + " configuration names.")
  private Path named;

  /**
   * The folder. A command makes none: what root makes, the daemon may not be able to use.
   *
   * @throws Failure when there is none
   */
  Pki open(PrintWriter err) throws ConfigException, Failure {
    Pki pki =
        named == null
            ? Wirings.pki(config.loadMain(err), InstantSource.system())
            : new Pki(
                named.toAbsolutePath(),
                new Applicant("Millwright", "urn:millwright", List.of("localhost")),
                InstantSource.system());
    if (!Files.isDirectory(pki.folder())) {
      throw new Failure(
          Exit.UNAVAILABLE,
          "there is no folder "
              + pki.folder()
              + "; the daemon makes it when it first connects to a machine whose security is not"
              + " \"None\". Is [pki] path right, and is this the daemon's configuration"
              + " (--config FILE)?");
    }
    // Else what is in it would look as if it were not there.
    if (!Files.isReadable(pki.folder()) || !Files.isExecutable(pki.folder())) {
      throw new Failure(
          Exit.NO_PERMISSION,
          "user "
              + System.getProperty("user.name")
              + " may not look into "
              + pki.folder()
              + "; run this as the daemon's user or as root");
    }
    return pki;
  }
}
