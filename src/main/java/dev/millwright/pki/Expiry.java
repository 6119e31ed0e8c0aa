package dev.millwright.pki;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Reminds of certificates that expire soon, each once a day however often it is asked: a session
 * that lasts for months would tell nobody until it ends.
 */
final class Expiry {

  static final Duration BEFORE = Duration.ofDays(30);
  static final Duration AGAIN = Duration.ofDays(1);

  /** More than a host has servers; beyond that a reminder may come twice. */
  private static final int LIMIT = 1_000;

  private final Map<X509Certificate, Instant> told = new HashMap<>();

  /** Words for a certificate that it is time to speak of now; else null. */
  String reminder(X509Certificate certificate, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isBefore(end.minus(BEFORE))) {
      return null;
    }
    Instant last = told.get(certificate);
    if (last != null && now.isBefore(last.plus(AGAIN))) {
      return null;
    }
    if (told.size() >= LIMIT) {
      told.clear();
    }
    told.put(certificate, now);
    String day = Certificates.day(end);
    return now.isAfter(end)
        ? "expired on " + day
        : "expires on " + day + ", in " + Duration.between(now, end).toDays() + " days";
  }
}
