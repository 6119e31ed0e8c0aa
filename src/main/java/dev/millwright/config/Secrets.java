package dev.millwright.config;

import dev.millwright.settings.Secret;
import dev.millwright.settings.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads secrets from the files that a configuration names. No message repeats the name as it was
 * written: somebody may have put the password itself there.
 */
final class Secrets {

  /** Where systemd puts credentials (systemd.exec, LoadCredential=). */
  static final String CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY";

  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Path credentials;
  private final Report report;

  Secrets(Map<String, String> environment, Report report) {
    String directory = environment.get(CREDENTIALS_DIRECTORY);
    this.credentials = directory == null || directory.isEmpty() ? null : Path.of(directory);
    this.report = report;
  }

  /**
   * Reads the secret's file: a relative name in $CREDENTIALS_DIRECTORY, else beside the
   * configuration file.
   *
   * @param place of the key that names the file
   * @param lines whether it may have several lines
   * @throws Scalars.Unfit when there is no usable secret
   */
  Secret read(Place place, Path name, boolean lines) throws Scalars.Unfit {
    Path beside = place.file().toAbsolutePath().resolveSibling(name);
    if (credentials != null && !name.isAbsolute()) {
      Path credential = credentials.resolve(name);
      if (Files.exists(credential)) {
        // Not judged by its mode: systemd guards the folder, and an access list shows as 0440.
        return secret(credential, lines);
      }
    }
    if (!Files.exists(beside)) {
      throw new Scalars.Unfit(
          "there is no such file"
              + (name.isAbsolute()
                  ? ""
                  : ", neither "
                      + (credentials == null
                          ? "as a credential ($CREDENTIALS_DIRECTORY is not set)"
                          : "in " + credentials)
                      + " nor beside this file"));
    }
    Secret secret = secret(beside, lines);
    warnOfReaders(place, beside);
    return secret;
  }

  private static Secret secret(Path file, boolean lines) throws Scalars.Unfit {
    try {
      return lines ? SecretFile.readLines(file) : SecretFile.read(file);
    } catch (SecretFile.Unusable e) {
      throw new Scalars.Unfit(e.getMessage());
    }
  }

  private void warnOfReaders(Place place, Path file) throws Scalars.Unfit {
    try {
      Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
      mode.addAll(Files.getPosixFilePermissions(file));
      if (!OWNER.containsAll(mode)) {
        report.warning(
            place,
            "the secret's file can be used by others ("
                + PosixFilePermissions.toString(mode)
                + "); make it the daemon's own with chmod 600");
      }
    } catch (IOException e) {
      throw new Scalars.Unfit("the mode of the file that it names cannot be read");
    }
  }
}
