package dev.millwright.pki;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The way from a certificate to its root.
 *
 * @param path the certificate itself first, then its issuer, and so on, as far as it leads
 * @param finding why it does not lead to a root that is known here; null where it does
 */
record Issuers(List<X509Certificate> path, Finding finding) {

  /** Longer ones are made to keep somebody busy. */
  private static final int LIMIT = 10;

  Issuers {
    path = List.copyOf(path);
  }

  static Issuers of(List<X509Certificate> presented, Trust trust) {
    List<X509Certificate> path = new ArrayList<>(List.of(presented.get(0)));
    while (path.size() <= LIMIT) {
      X509Certificate last = path.get(path.size() - 1);
      if (Certificates.isSelfIssued(last)) {
        return new Issuers(path, root(path, trust));
      }
      List<X509Certificate> named =
          Stream.of(presented, trust.issuers(), trust.trusted())
              .flatMap(List::stream)
              .filter(
                  other -> other.getSubjectX500Principal().equals(last.getIssuerX500Principal()))
              .filter(Certificates::isAuthority)
              .toList();
      X509Certificate issuer =
          named.stream()
              .filter(other -> Certificates.isSignedBy(last, other))
              .findFirst()
              .orElse(null);
      if (issuer == null) {
        return new Issuers(
            path,
            named.isEmpty()
                ? unknown(Certificates.clean(last.getIssuerX500Principal().getName()))
                : unsigned(last));
      }
      path.add(issuer);
    }
    return new Issuers(path, new Finding(Check.ISSUER, "more than " + LIMIT + " issuers"));
  }

  private static Finding root(List<X509Certificate> path, Trust trust) {
    X509Certificate root = path.get(path.size() - 1);
    if (!Certificates.isSignedBy(root, root)) {
      return unsigned(root);
    }
    // One that is its own issuer is judged by whether it is trusted.
    return path.size() == 1 || trust.trusted().contains(root) || trust.issuers().contains(root)
        ? null
        : unknown(Certificates.subject(root));
  }

  private static Finding unknown(String issuer) {
    return new Finding(Check.ISSUER, issuer + "; put its certificate into the folder issuers");
  }

  private static Finding unsigned(X509Certificate certificate) {
    return new Finding(
        Check.SIGNATURE,
        Certificates.subject(certificate) + " was not signed by the issuer that it names");
  }
}
