package dev.millwright.cli;

import dev.millwright.pki.Certificates;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that changes whether one certificate is trusted, and says what has become of it. */
abstract class TrustChange implements Callable<Integer> {

  @Parameters(
      paramLabel = "THUMBPRINT",
      description = "The thumbprint, or as many of its first digits as tell it from others.")
  private String thumbprint;

  @Mixin private PkiOption option;
  @Spec private CommandSpec spec;

  private final String changed;
  private final String unchanged;

  /**
   * @param changed what to say where the command changed something
   * @param unchanged what to say where it was so already
   */
  TrustChange(String changed, String unchanged) {
    this.changed = changed;
    this.unchanged = unchanged;
  }

  abstract Pki.Changed change(Pki pki, String of) throws PkiException;

  @Override
  public final Integer call() throws Exception {
    Pki.Changed change = change(option.open(spec.commandLine().getErr()), thumbprint);
    spec.commandLine()
        .getOut()
        .println(
            Certificates.thumbprint(change.certificate())
                + "  "
                + Certificates.subject(change.certificate())
                + "  "
                + (change.changed() ? changed : unchanged));
    return Exit.OK;
  }
}
