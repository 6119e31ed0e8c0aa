package dev.millwright.device.opcua;

import dev.millwright.pki.Certificates;
import dev.millwright.pki.Check;
import dev.millwright.pki.Claim;
import dev.millwright.pki.Finding;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;

/**
 * Lets the library believe a server only if the trust list does. The library asks when the channel
 * is opened, where nothing but the certificate is known yet, and when the session is created.
 */
final class ServerValidator implements CertificateValidator {

  private static final Set<Check> TOLERABLE =
      Stream.of(Check.values()).filter(Check::isTolerable).collect(Collectors.toSet());

  private final String endpoint;
  private final Pki pki;
  private final Set<Check> tolerate;

  ServerValidator(String endpoint, Pki pki, Set<Check> tolerate) {
    this.endpoint = endpoint;
    this.pki = pki;
    this.tolerate = tolerate;
  }

  @Override
  public void validateCertificateChain(
      List<X509Certificate> chain, String applicationUri, String[] hosts) throws UaException {
    boolean isKnown = hosts != null && hosts.length > 0;
    // A server that does not say which application it is must not escape the check by that.
    Claim claim =
        isKnown
            ? new Claim(endpoint, Objects.requireNonNullElse(applicationUri, ""), hosts[0], true)
            : new Claim(endpoint, applicationUri, null, true);
    try {
      List<Finding> findings = pki.judge(chain, claim, tolerate);
      if (!findings.isEmpty()) {
        throw new ServerRefused(words(chain.get(0), findings));
      }
    } catch (PkiException e) {
      throw new ServerRefused(e.getMessage());
    }
  }

  /**
   * Why a server that was believed is believed no more: somebody has rejected it since, or its
   * issuer has revoked it. What may be tolerated, such as its expiry, counts at the next
   * connection.
   *
   * @return null where it still is, or nobody can judge it now
   */
  String refusedSince(List<X509Certificate> chain) {
    try {
      List<Finding> findings = pki.judge(chain, new Claim(endpoint, null, null, true), TOLERABLE);
      return findings.isEmpty() ? null : words(chain.get(0), findings);
    } catch (PkiException e) {
      return null;
    }
  }

  private static String words(X509Certificate certificate, List<Finding> findings) {
    String thumbprint = Certificates.thumbprint(certificate);
    return "the server's certificate is refused: "
        + Pki.words(findings)
        + ". Subject "
        + Certificates.subject(certificate)
        + ", thumbprint "
        + thumbprint
        + ". "
        + whatToDo(thumbprint, findings);
  }

  private static String whatToDo(String thumbprint, List<Finding> findings) {
    List<Check> failed = findings.stream().map(Finding::check).distinct().toList();
    List<Check> rest =
        failed.stream().filter(check -> check != Check.TRUST && check != Check.ISSUER).toList();
    String accept =
        failed.size() == rest.size()
            ? ""
            : "If that is the thumbprint that the server shows of itself: millwright trust accept "
                + thumbprint.substring(0, 12);
    if (rest.isEmpty()) {
      return accept;
    }
    String mend =
        rest.stream().allMatch(Check::isTolerable)
            ? "Give the server a better certificate, or write tolerate = ["
                + rest.stream()
                    .map(check -> "\"" + check.key() + "\"")
                    .collect(Collectors.joining(", "))
                + "] if that is as it should be"
            : "Give the server a better certificate";
    return accept.isEmpty() ? mend : accept + ". " + mend;
  }
}
