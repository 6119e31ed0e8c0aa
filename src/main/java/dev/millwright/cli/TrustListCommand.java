package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.pki.Certificates;
import dev.millwright.pki.Pki;
import dev.millwright.pki.Rejection;
import java.io.PrintWriter;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Shows the certificates that are trusted and those that were refused: for which endpoint,"
            + " and which check they failed.",
    footer = {"", "Example: millwright trust list"})
final class TrustListCommand implements Callable<Integer> {

  /** What tells certificates apart, and what {@code accept} takes. */
  private static final int DIGITS = 12;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Mixin private PkiOption option;
  @Spec private CommandSpec spec;

  /** One line of the list. */
  private record Line(String state, X509Certificate certificate, String endpoint, String failed) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    Pki pki = option.open(err);
    Pki.Trusted trusted = pki.trusted();
    List<Line> lines = new ArrayList<>();
    for (X509Certificate certificate : trusted.certificates()) {
      lines.add(new Line("trusted", certificate, null, null));
    }
    for (Rejection rejection : pki.rejected()) {
      new TreeMap<>(rejection.why())
          .forEach(
              (endpoint, failed) ->
                  lines.add(new Line("rejected", rejection.certificate(), endpoint, failed)));
    }
    trusted.unreadable().forEach(file -> err.println("warning: " + file));
    print(pki, lines);
    return Exit.OK;
  }

  private void print(Pki pki, List<Line> lines) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      lines.forEach(line -> out.println(json(line)));
      return;
    }
    if (lines.isEmpty()) {
      out.println(
          "nothing is trusted, and nothing was refused; certificates are in " + pki.folder());
      return;
    }
    Table table = new Table("STATE", "THUMBPRINT", "SUBJECT", "VALID", "ENDPOINT", "FAILED");
    for (Line line : lines) {
      table.add(
          line.state(),
          Certificates.thumbprint(line.certificate()).substring(0, DIGITS),
          Certificates.subject(line.certificate()),
          Certificates.validity(line.certificate()),
          line.endpoint(),
          line.failed());
    }
    table.lines(Terminal.width()).forEach(out::println);
    if (lines.stream().anyMatch(line -> line.endpoint() != null)) {
      out.println(
          "Compare a thumbprint with what the server shows of itself, then: millwright trust accept"
              + " THUMBPRINT");
    }
  }

  private static String json(Line line) {
    JsonObject json = new JsonObject();
    json.addProperty("state", line.state());
    json.addProperty("thumbprint", Certificates.thumbprint(line.certificate()));
    json.addProperty("subject", Certificates.subject(line.certificate()));
    json.addProperty("not_before", line.certificate().getNotBefore().toInstant().toString());
    json.addProperty("not_after", line.certificate().getNotAfter().toInstant().toString());
    json.addProperty("endpoint", line.endpoint());
    json.addProperty("failed", line.failed());
    return Json.of(json);
  }
}
