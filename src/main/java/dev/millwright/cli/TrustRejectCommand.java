package dev.millwright.cli;

import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import picocli.CommandLine.Command;

@Command(
    name = "reject",
    mixinStandardHelpOptions = true,
    description =
        "Trusts a certificate no more. A session that is open stays open until it ends; restart the"
            + " daemon to end it now.",
    footer = {"", "Example: millwright trust reject 5E0C12AB34CD"})
final class TrustRejectCommand extends TrustChange {

  TrustRejectCommand() {
    super("is trusted no more; it is refused from the next connection on", "was not trusted");
  }

  @Override
  Pki.Changed change(Pki pki, String of) throws PkiException {
    return pki.reject(of);
  }
}
