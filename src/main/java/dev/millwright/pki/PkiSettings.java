package dev.millwright.pki;

import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.nio.file.Path;

/**
 * Where the certificates are: the table {@code [pki]} of the main file.
 *
 * @param path the whole path of the folder; null for the folder {@code pki} beside the journal
 */
public record PkiSettings(@Optional Path path) {

  public PkiSettings {
    new Rules()
        .require(
            path == null || path.isAbsolute(),
            "path",
            "\"" + path + "\" is not a whole path; a daemon has no folder to begin from")
        .check();
  }

  /** The folder, where the journal is {@code journal}. */
  public Path folder(Path journal) {
    return path == null ? journal.resolveSibling("pki") : path;
  }
}
