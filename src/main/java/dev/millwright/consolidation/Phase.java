package dev.millwright.consolidation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One step of a plan, applied or undone as a whole.
 *
 * @param name such as {@code 02-history}
 * @param check the text of check.sql
 * @param apply the text of apply.sql
 * @param verify the text of verify.sql
 * @param rollback the text of rollback.sql
 */
public record Phase(String name, String check, String apply, String verify, String rollback) {

  /** SHA-256 of apply.sql, in hex: what was applied, however the file reads later. */
  public String checksum() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(apply.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
