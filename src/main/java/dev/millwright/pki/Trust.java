package dev.millwright.pki;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a trust list says at one moment (OPC 10000-12, 7.8.2).
 *
 * @param trusted whom to believe: applications themselves, or issuers of theirs
 * @param issuers issuers that are known but not trusted by that alone
 * @param revocations the issuers' lists of what they have revoked
 * @param unreadable files that could not be read, with the reason
 */
record Trust(
    List<X509Certificate> trusted,
    List<X509Certificate> issuers,
    List<X509CRL> revocations,
    List<String> unreadable) {

  Trust {
    trusted = List.copyOf(trusted);
    issuers = List.copyOf(issuers);
    revocations = List.copyOf(revocations);
    unreadable = List.copyOf(unreadable);
  }
}
