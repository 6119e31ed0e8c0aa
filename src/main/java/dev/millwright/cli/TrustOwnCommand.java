package dev.millwright.cli;

import dev.millwright.pki.ApplicationCertificate;
import dev.millwright.pki.Certificates;
import dev.millwright.pki.Pki;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "own",
    mixinStandardHelpOptions = true,
    description =
        "Shows the certificate by which servers know this daemon, and writes it to a file that can"
            + " be trusted on the server. The key stays where it is.",
    footer = {"", "Example: millwright trust own --to millwright.der"})
final class TrustOwnCommand implements Callable<Integer> {

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Write it there in DER form; the file must not exist.")
  private Path file;

  @Mixin private PkiOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Pki pki = option.open(spec.commandLine().getErr());
    ApplicationCertificate own = pki.ownIfMade();
    if (own == null) {
      throw new Failure(
          Exit.UNAVAILABLE,
          "there is no certificate in "
              + pki.folder()
              + "; the daemon makes it when it first connects to a machine whose security is not"
              + " \"None\"");
    }
    X509Certificate certificate = own.certificate();
    PrintWriter out = spec.commandLine().getOut();
    out.println("subject          " + Certificates.subject(certificate));
    out.println("application URI  " + own.applicationUri());
    out.println("thumbprint       " + Certificates.thumbprint(certificate));
    out.println("valid            " + Certificates.validity(certificate));
    if (file != null) {
      write(certificate.getEncoded());
      out.println("written to       " + file);
    }
    return Exit.OK;
  }

  private void write(byte[] der) throws IOException, Failure {
    try {
      Files.write(file, der, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          Exit.IO_ERROR, "--to: " + file + " exists; nothing is overwritten. Name another file");
    }
  }
}
