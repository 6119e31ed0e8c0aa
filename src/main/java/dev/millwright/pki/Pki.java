package dev.millwright.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The folder of all certificates: {@code own}, {@code trusted}, {@code issuers} and {@code
 * rejected}. It is read anew whenever it is asked, so that what a person or another process changes
 * counts at the next attempt. Safe for use by several threads.
 */
public final class Pki {

  /** What a command has done with a certificate. */
  public record Changed(X509Certificate certificate, boolean changed) {}

  private final Path folder;
  private final Applicant applicant;
  private final InstantSource clock;
  private final TrustList trustList;
  private final RejectedList rejectedList;
  private final Expiry expiry = new Expiry();

  /**
   * Touches nothing yet.
   *
   * @param applicant whom a certificate is made for where there is none
   */
  public Pki(Path folder, Applicant applicant, InstantSource clock) {
    this.folder = Objects.requireNonNull(folder, "folder");
    this.applicant = Objects.requireNonNull(applicant, "applicant");
    this.clock = clock;
    trustList = new TrustList(folder);
    rejectedList = new RejectedList(folder);
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /**
   * One's own certificate, made where there is none; the other folders too.
   *
   * @throws PkiException when it cannot be used, or cannot be made
   */
  public synchronized ApplicationCertificate own() throws PkiException {
    makeFolders();
    if (!isMade()) {
      CertificateMaker.make(ownFolder(), applicant);
    }
    return ownIfMade();
  }

  private void makeFolders() throws PkiException {
    try {
      SafeFiles.folder(folder, "rwxr-x---");
      trustList.makeFolders();
      rejectedList.makeFolder();
    } catch (IOException e) {
      throw new PkiException(
          folder
              + " cannot be made: "
              + e.getMessage()
              + "; name a folder that user "
              + System.getProperty("user.name")
              + " may write ([pki] path)",
          e);
    }
  }

  /** One's own certificate; null where there is none yet, as this makes nothing. */
  public synchronized ApplicationCertificate ownIfMade() throws PkiException {
    return isMade() ? ApplicationCertificate.read(ownFolder()) : null;
  }

  /**
   * Judges a certificate, and keeps one that failed in {@code rejected}, for somebody to look at.
   *
   * @param chain as it was presented, the certificate itself first; at least one
   * @param tolerated checks that may fail
   * @return which checks it failed, but for the tolerated ones
   * @throws PkiException when nobody can judge it, as the trust list cannot be read
   */
  public synchronized List<Finding> judge(
      List<X509Certificate> chain, Claim claim, Set<Check> tolerated) throws PkiException {
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : Examination.of(chain, claim, trustList.read(), clock.instant())) {
      if (!finding.check().isTolerable() || !tolerated.contains(finding.check())) {
        findings.add(finding);
      }
    }
    try {
      if (findings.isEmpty()) {
        rejectedList.remove(chain.get(0));
      } else {
        rejectedList.add(chain, claim.endpoint(), words(findings));
      }
    } catch (IOException e) {
      // It is refused or taken all the same; only the list for people is not what it could be.
      return findings;
    }
    return findings;
  }

  /**
   * Words about a certificate that expires within 30 days, such as {@code expires on 2026-12-01, in
   * 12 days}; null where there is nothing to say, or it was said less than a day ago.
   */
  public synchronized String reminder(X509Certificate certificate) {
    return expiry.reminder(certificate, clock.instant());
  }

  /** Findings in one line. */
  public static String words(List<Finding> findings) {
    return findings.stream().map(Finding::toString).collect(Collectors.joining("; "));
  }

  /** The certificates in {@code trusted} and {@code issuers}, and what could not be read. */
  public Trusted trusted() throws PkiException {
    Trust trust = trustList.read();
    return new Trusted(trust.trusted(), trust.issuers(), trust.unreadable());
  }

  /** What {@link #trusted()} answers. */
  public record Trusted(
      List<X509Certificate> certificates, List<X509Certificate> issuers, List<String> unreadable) {}

  /** What was refused. */
  public List<Rejection> rejected() throws PkiException {
    try {
      return rejectedList.all();
    } catch (IOException e) {
      throw cannot("read", "rejected", e);
    }
  }

  /**
   * Trusts a certificate that was refused from now on; its issuers, if it came with them, become
   * known.
   *
   * @param prefix the first digits of its thumbprint
   * @throws PkiException when it means none, or several
   */
  public synchronized Changed accept(String prefix) throws PkiException {
    List<X509Certificate> trusted = trusted().certificates();
    List<Rejection> rejected = rejected();
    X509Certificate chosen = choose(prefix, trusted, rejected);
    if (trusted.contains(chosen)) {
      return new Changed(chosen, false);
    }
    for (Rejection rejection : rejected) {
      if (rejection.certificate().equals(chosen)) {
        try {
          trustList.add(chosen, rejection.chain().subList(1, rejection.chain().size()));
          rejectedList.remove(chosen);
        } catch (IOException e) {
          throw cannot("changed", "trusted", e);
        }
      }
    }
    return new Changed(chosen, true);
  }

  /**
   * Trusts a certificate that is known by other means than a connection.
   *
   * @throws PkiException when the trust list cannot be changed
   */
  public synchronized void trust(X509Certificate certificate) throws PkiException {
    makeFolders();
    try {
      trustList.add(certificate, List.of());
      rejectedList.remove(certificate);
    } catch (IOException e) {
      throw cannot("changed", "trusted", e);
    }
  }

  /**
   * Trusts a certificate no more.
   *
   * @param prefix the first digits of its thumbprint
   * @throws PkiException when it means none, or several
   */
  public synchronized Changed reject(String prefix) throws PkiException {
    List<X509Certificate> trusted = trusted().certificates();
    X509Certificate chosen = choose(prefix, trusted, rejected());
    if (!trusted.contains(chosen)) {
      return new Changed(chosen, false);
    }
    try {
      rejectedList.add(List.of(chosen), "-", "rejected by a person");
      trustList.remove(chosen);
    } catch (IOException e) {
      throw cannot("changed", "trusted", e);
    }
    if (trusted().certificates().contains(chosen)) {
      throw new PkiException(
          Certificates.thumbprint(chosen)
              + " is still trusted: it stands in a file of "
              + folder.resolve("trusted")
              + " together with others; divide the file first");
    }
    return new Changed(chosen, true);
  }

  private static X509Certificate choose(
      String prefix, List<X509Certificate> trusted, List<Rejection> rejected) throws PkiException {
    String wanted = prefix.replace(":", "").toUpperCase(Locale.ROOT);
    List<X509Certificate> all = new ArrayList<>(trusted);
    rejected.stream().map(Rejection::certificate).filter(c -> !all.contains(c)).forEach(all::add);
    List<X509Certificate> meant =
        all.stream()
            .distinct()
            .filter(certificate -> !wanted.isEmpty())
            .filter(certificate -> Certificates.thumbprint(certificate).startsWith(wanted))
            .toList();
    if (meant.size() != 1) {
      List<String> known = meant.stream().map(Certificates::thumbprint).sorted().toList();
      throw new PkiException(
          meant.isEmpty()
              ? "no certificate has a thumbprint that begins with \"" + prefix + "\""
              : "\"" + prefix + "\" is the beginning of several: " + String.join(", ", known));
    }
    return meant.get(0);
  }

  private Path ownFolder() {
    return folder.resolve("own");
  }

  /** An empty folder is none: nothing is lost by filling it. */
  private boolean isMade() throws PkiException {
    try {
      return !SafeFiles.in(ownFolder()).isEmpty();
    } catch (IOException e) {
      throw cannot("read", "own", e);
    }
  }

  private PkiException cannot(String what, String which, IOException e) {
    return new PkiException(
        folder.resolve(which)
            + " cannot be "
            + what
            + " by user "
            + System.getProperty("user.name")
            + ": "
            + (e.getMessage() == null ? e : e.getMessage()),
        e);
  }
}
