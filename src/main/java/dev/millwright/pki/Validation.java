package dev.millwright.pki;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the JDK's validation of a path finds (RFC 5280, 6), revocations included. It asks nobody:
 * the lists of revocations are those of the trust list.
 */
final class Validation {

  /** The certificate first, its root last; two or more. */
  private final List<X509Certificate> path;

  private final List<X509CRL> revocations;
  private final Date at;

  private Validation(List<X509Certificate> path, List<X509CRL> revocations, Instant now) {
    this.path = path;
    this.revocations = revocations;
    this.at = Date.from(whenAllAreValid(path, now));
  }

  static List<Finding> of(List<X509Certificate> path, List<X509CRL> revocations, Instant now) {
    Validation validation = new Validation(path, revocations, now);
    List<Finding> findings = new ArrayList<>();
    Finding chain = validation.run(false);
    Finding revoked = validation.revoked();
    if (chain != null) {
      findings.add(chain);
    }
    if (revoked != null) {
      findings.add(revoked);
    } else if (chain == null) {
      Finding strict = validation.run(true);
      if (strict != null) {
        findings.add(strict);
      }
    }
    return findings;
  }

  /** Their dates are judged apart from this, where they would hide everything else. */
  private static Instant whenAllAreValid(List<X509Certificate> path, Instant now) {
    Instant at = now;
    for (X509Certificate each : path) {
      Instant from = each.getNotBefore().toInstant();
      at = at.isBefore(from) ? from : at;
    }
    for (X509Certificate each : path) {
      Instant until = each.getNotAfter().toInstant();
      at = at.isAfter(until) ? until : at;
    }
    return at;
  }

  /** Revoked is revoked, also by a list that is not in force any more or not yet. */
  private Finding revoked() {
    for (int i = 0; i + 1 < path.size(); i++) {
      X509Certificate issuer = path.get(i + 1);
      for (X509CRL list : revocations) {
        if (list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
            && isSignedBy(list, issuer)
            && list.isRevoked(path.get(i))) {
          return new Finding(Check.REVOKED, "by " + Certificates.subject(issuer) + whose(i));
        }
      }
    }
    return null;
  }

  private static boolean isSignedBy(X509CRL list, X509Certificate issuer) {
    try {
      list.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Finding run(boolean withRevocations) {
    try {
      CertPathValidator validator = CertPathValidator.getInstance("PKIX");
      TrustAnchor root = new TrustAnchor(path.get(path.size() - 1), null);
      PKIXParameters parameters = new PKIXParameters(Set.of(root));
      parameters.setDate(at);
      parameters.setRevocationEnabled(withRevocations);
      if (withRevocations) {
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
        parameters.addCertPathChecker(checker);
        parameters.addCertStore(
            CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations)));
      }
      validator.validate(
          CertificateFactory.getInstance("X.509")
              .generateCertPath(path.subList(0, path.size() - 1)),
          parameters);
      return null;
    } catch (CertPathValidatorException e) {
      return finding(e);
    } catch (GeneralSecurityException e) {
      return new Finding(Check.ISSUER, "the chain cannot be validated: " + e.getMessage());
    }
  }

  private Finding finding(CertPathValidatorException e) {
    int index = Math.max(e.getIndex(), 0);
    if (e.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
      return new Finding(
          Check.REVOCATION_LIST,
          "there is none in force of "
              + Certificates.subject(path.get(index + 1))
              + "; put its .crl into the folder issuers");
    } else if (e.getReason() == BasicReason.REVOKED) {
      return new Finding(
          Check.REVOKED, "by " + Certificates.subject(path.get(index + 1)) + whose(index));
    } else if (e.getReason() == BasicReason.ALGORITHM_CONSTRAINED) {
      return new Finding(Check.KEY_STRENGTH, Certificates.clean(String.valueOf(e.getMessage())));
    }
    return new Finding(
        Check.ISSUER,
        "the chain is not valid: " + Certificates.clean(String.valueOf(e.getMessage())));
  }

  private String whose(int index) {
    return index == 0 ? "" : ": its issuer " + Certificates.subject(path.get(index));
  }
}
