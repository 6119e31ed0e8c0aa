package dev.millwright.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.validation.CertificateValidationUtil;

/**
 * The judgement on a certificate (OPC 10000-4, 6.1.3). All checks are made whatever the first one
 * says, so that a technician hears of everything at once.
 */
final class Examination {

  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  /** OPC 10000-7: the least that each of today's security policies takes. */
  private static final int KEY_BITS_LEAST = 2048;

  private static final String[] USES = {
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"
  };

  private final X509Certificate certificate;
  private final List<Finding> findings = new ArrayList<>();

  private Examination(X509Certificate certificate) {
    this.certificate = certificate;
  }

  /**
   * What is wrong with it.
   *
   * @param chain as it was presented, the certificate itself first; at least one
   * @param claim who presents it
   * @return empty where nothing is
   */
  static List<Finding> of(List<X509Certificate> chain, Claim claim, Trust trust, Instant now) {
    Examination examination = new Examination(chain.get(0));
    Issuers issuers = Issuers.of(chain, trust);
    examination.trust(issuers, trust);
    examination.validity(issuers.path(), now);
    examination.names(claim);
    examination.use(claim.isServer());
    examination.strength(issuers.path());
    if (issuers.finding() == null && issuers.path().size() > 1) {
      examination.findings.addAll(Validation.of(issuers.path(), trust.revocations(), now));
    }
    return examination.findings;
  }

  private void trust(Issuers issuers, Trust trust) {
    if (issuers.path().stream().noneMatch(trust.trusted()::contains)) {
      add(Check.TRUST, String.join("; ", trust.unreadable()));
    }
    if (issuers.finding() != null) {
      findings.add(issuers.finding());
    }
  }

  private void validity(List<X509Certificate> path, Instant now) {
    for (X509Certificate each : path) {
      String whose =
          each.equals(certificate) ? "" : "its issuer " + Certificates.subject(each) + " ";
      if (now.isAfter(each.getNotAfter().toInstant())) {
        add(
            Check.VALIDITY,
            whose + "expired on " + Certificates.day(each.getNotAfter().toInstant()));
      } else if (now.isBefore(each.getNotBefore().toInstant())) {
        add(
            Check.VALIDITY,
            whose
                + "not valid before "
                + Certificates.day(each.getNotBefore().toInstant())
                + "; is this host's clock right?");
      }
    }
  }

  private void names(Claim claim) {
    if (claim.applicationUri() != null) {
      try {
        CertificateValidationUtil.checkApplicationUri(certificate, claim.applicationUri());
      } catch (UaException e) {
        add(
            Check.APPLICATION_URI,
            "it is for "
                + Certificates.clean(CertificateUtil.getSanUri(certificate).orElse("none"))
                + ", presented by "
                + Certificates.clean(claim.applicationUri()));
      }
    }
    if (claim.host() != null) {
      List<String> names = CertificateUtil.getSanDnsNames(certificate);
      List<String> addresses = CertificateUtil.getSanIpAddresses(certificate);
      boolean named =
          names.stream().anyMatch(claim.host()::equalsIgnoreCase)
              || addresses.stream().anyMatch(address -> isSameAddress(claim.host(), address));
      if (!named) {
        String all = String.join(", ", Stream.concat(names.stream(), addresses.stream()).toList());
        add(
            Check.HOST_NAME,
            claim.host()
                + " is not among its names: "
                + (all.isEmpty() ? "it has none" : Certificates.clean(all)));
      }
    }
  }

  /** OPC 10000-6, 6.2.2. */
  private void use(boolean server) {
    boolean[] usage = certificate.getKeyUsage();
    if (usage == null) {
      add(Check.KEY_USAGE, "it does not tell what its key is for");
    } else {
      List<String> missing = new ArrayList<>();
      for (int i = 0; i < USES.length; i++) {
        if (!usage[i]) {
          missing.add(USES[i]);
        }
      }
      if (!missing.isEmpty()) {
        add(Check.KEY_USAGE, "without " + String.join(", ", missing));
      }
    }
    try {
      List<String> extended = certificate.getExtendedKeyUsage();
      if (extended == null || !extended.contains(server ? SERVER_AUTH : CLIENT_AUTH)) {
        add(Check.KEY_USAGE, "not for " + (server ? "servers" : "clients"));
      }
    } catch (CertificateParsingException e) {
      add(Check.KEY_USAGE, "its extended key usage cannot be read");
    }
  }

  private void strength(List<X509Certificate> path) {
    if (!(certificate.getPublicKey() instanceof RSAPublicKey key)) {
      add(Check.KEY_STRENGTH, certificate.getPublicKey().getAlgorithm() + " is not RSA");
    } else if (key.getModulus().bitLength() < KEY_BITS_LEAST) {
      add(
          Check.KEY_STRENGTH,
          "RSA of %d bits, %d is the least"
              .formatted(key.getModulus().bitLength(), KEY_BITS_LEAST));
    }
    for (X509Certificate each : path) {
      String algorithm = each.getSigAlgName().toUpperCase(Locale.ROOT);
      if (algorithm.startsWith("SHA1") || algorithm.startsWith("MD5")) {
        add(Check.KEY_STRENGTH, "signed with " + each.getSigAlgName());
        return;
      }
    }
  }

  private static boolean isSameAddress(String host, String address) {
    if (!host.matches("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).equals(InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private void add(Check check, String detail) {
    findings.add(new Finding(check, detail));
  }
}
