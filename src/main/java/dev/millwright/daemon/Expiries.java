package dev.millwright.daemon;

import dev.millwright.pki.ApplicationCertificate;
import dev.millwright.pki.Certificates;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiException;
import dev.millwright.status.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** When the certificates of OPC UA connections expire. Their files are read now and then. */
final class Expiries {

  private static final Duration KEEP = Duration.ofMinutes(10);

  /** Each is a series of its own. */
  private static final int MOST = 500;

  private final Pki pki;
  private final InstantSource clock;
  private List<Certificate> last = List.of();
  private Instant next;

  Expiries(Pki pki, InstantSource clock) {
    this.pki = pki;
    this.clock = clock;
  }

  /**
   * The daemon's own one, where it is made, and the trusted ones; none where they are unreadable.
   */
  synchronized List<Certificate> all() {
    Instant now = clock.instant();
    if (next == null || !now.isBefore(next) || now.isBefore(next.minus(KEEP))) {
      last = read();
      next = now.plus(KEEP);
    }
    return last;
  }

  private List<Certificate> read() {
    List<Certificate> found = new ArrayList<>();
    try {
      ApplicationCertificate own = pki.ownIfMade();
      if (own != null) {
        found.add(of("own", own.certificate()));
      }
      pki.trusted().certificates().stream()
          .distinct()
          .limit(MOST)
          .forEach(trusted -> found.add(of("trusted", trusted)));
    } catch (PkiException e) {
      // The links that need them say so, and what to do.
      return found;
    }
    return found;
  }

  private static Certificate of(String role, X509Certificate certificate) {
    return new Certificate(
        role,
        Certificates.subject(certificate),
        Certificates.thumbprint(certificate),
        certificate.getNotAfter().toInstant());
  }
}
