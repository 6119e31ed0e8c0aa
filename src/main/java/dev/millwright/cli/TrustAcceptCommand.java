package dev.millwright.cli;

import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import picocli.CommandLine.Command;

@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description =
        "Trusts a certificate that was refused. Compare its thumbprint with what the server shows of"
            + " itself first: whoever is on the network may have presented it.",
    footer = {"", "Example: millwright trust accept 5E0C12AB34CD"})
final class TrustAcceptCommand extends TrustChange {

  TrustAcceptCommand() {
    super("is trusted; a running daemon takes it at its next attempt", "was trusted already");
  }

  @Override
  Pki.Changed change(Pki pki, String of) throws PkiException {
    return pki.accept(of);
  }
}
