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
    name = "reject",
    mixinStandardHelpOptions = true,
    description =
        "Trusts a certificate no more. A session that is open stays open until it ends; restart the"
            + " daemon to end it now.",
    footer = {"", "Example: millwright trust reject 5E0C12AB34CD"})
final class TrustRejectCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "THUMBPRINT",
      description = "The thumbprint, or as many of its first digits as tell it from others.")
  private String thumbprint;

  @Mixin private PkiOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Pki.Changed change = option.open(spec.commandLine().getErr()).reject(thumbprint);
    spec.commandLine()
        .getOut()
        .println(
            Certificates.thumbprint(change.certificate())
                + "  "
                + Certificates.subject(change.certificate())
                + (change.changed()
                    ? "  is trusted no more; it is refused from the next connection on"
                    : "  was not trusted"));
    return Exit.OK;
  }
}
