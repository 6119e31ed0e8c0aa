package dev.millwright.pki;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folder {@code rejected}: what was refused, for somebody to look at (OPC 10000-12, 7.8.2). One
 * file for each certificate: lines {@code refused: ENDPOINT WHY}, then its chain in PEM. Anybody on
 * the network can make entries, so it keeps the latest {@value #LIMIT} only.
 */
final class RejectedList {

  static final int LIMIT = 100;
  private static final int LIMIT_ENDPOINTS = 10;
  private static final int LIMIT_CHAIN = 10;
  private static final String LINE = "refused: ";

  private final Path folder;

  RejectedList(Path root) {
    folder = root.resolve("rejected");
  }

  void makeFolder() throws IOException {
    SafeFiles.folder(folder, "rwxr-x---");
  }

  /** Takes one more; writes nothing where the same is known already. */
  void add(List<X509Certificate> chain, String endpoint, String why) throws IOException {
    List<X509Certificate> kept = chain.subList(0, Math.min(chain.size(), LIMIT_CHAIN));
    Path file = file(chain.get(0));
    Map<String, String> all = new LinkedHashMap<>();
    Rejection known = Files.exists(file) ? read(file) : null;
    if (known != null) {
      if (why.equals(known.why().get(endpoint)) && known.chain().equals(kept)) {
        return;
      }
      all.putAll(known.why());
    }
    if (all.size() >= LIMIT_ENDPOINTS && !all.containsKey(endpoint)) {
      all.clear();
    }
    all.put(endpoint, why);
    byte[] text = text(all, kept);
    if (text.length > SafeFiles.LIMIT_BYTES) {
      text = text(all, kept.subList(0, 1));
    }
    if (text.length <= SafeFiles.LIMIT_BYTES) {
      SafeFiles.write(file, text, "rw-r--r--");
    }
    forgetOldest();
  }

  private static byte[] text(Map<String, String> why, List<X509Certificate> chain) {
    StringBuilder text = new StringBuilder();
    why.forEach((where, what) -> text.append(LINE + where + " " + what + "\n"));
    chain.forEach(certificate -> text.append(Pem.of(certificate)));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** All, by the name of their files; one that cannot be read is passed over. */
  List<Rejection> all() throws IOException {
    List<Rejection> all = new ArrayList<>();
    for (Path file : SafeFiles.in(folder)) {
      Rejection rejection = read(file);
      if (rejection != null) {
        all.add(rejection);
      }
    }
    return all;
  }

  void remove(X509Certificate certificate) throws IOException {
    Files.deleteIfExists(file(certificate));
  }

  private Path file(X509Certificate certificate) {
    return folder.resolve(Certificates.thumbprint(certificate) + ".pem");
  }

  /** Null where it is no such file. */
  private static Rejection read(Path file) throws IOException {
    String text = new String(SafeFiles.read(file), StandardCharsets.UTF_8);
    Map<String, String> why = new LinkedHashMap<>();
    StringBuilder chain = new StringBuilder();
    for (String line : text.lines().toList()) {
      int blank = line.indexOf(' ', LINE.length());
      if (!line.startsWith(LINE)) {
        chain.append(line).append('\n');
      } else if (blank > 0) {
        why.put(line.substring(LINE.length(), blank), line.substring(blank + 1));
      }
    }
    try {
      // Without the reasons, in which the names that somebody gave his certificate may be anything.
      return new Rejection(Pem.certificates(chain.toString()), why);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void forgetOldest() throws IOException {
    List<Path> files = new ArrayList<>(SafeFiles.in(folder));
    if (files.size() > LIMIT) {
      files.sort(Comparator.comparing(RejectedList::changed));
      for (Path old : files.subList(0, files.size() - LIMIT)) {
        Files.deleteIfExists(old);
      }
    }
  }

  private static long changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }
}
