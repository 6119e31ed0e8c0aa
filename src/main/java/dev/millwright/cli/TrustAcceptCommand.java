package dev.millwright.cli;

import dev.millwright.pki.Certificates;
import dev.millwright.pki.Pki;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description =
        "Trusts a certificate that was refused. Compare its thumbprint with what the server shows of"
            + " itself first: whoever is on the network may have presented it.",
    footer = {"", "Example: millwright trust accept 5E0C12AB34CD"})
final class TrustAcceptCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "THUMBPRINT",
      description = "The thumbprint, or as many of its first digits as tell it from others.")
  private String thumbprint;

  @Mixin private PkiOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Pki.Changed change = option.open(spec.commandLine().getErr()).accept(thumbprint);
    spec.commandLine()
        .getOut()
        .println(
            Certificates.thumbprint(change.certificate())
                + "  "
                + Certificates.subject(change.certificate())
                + (change.changed()
                    ? "  is trusted; a running daemon takes it at its next attempt"
                    : "  was trusted already"));
    return Exit.OK;
  }
}
