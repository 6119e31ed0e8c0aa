package dev.millwright.consolidation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * One step of a plan, applied or undone as a whole.
 *
 * @param name such as {@code 02-history}
 * @param lock the text of lock.sql; empty when there is none
 * @param check the text of check.sql
 * @param preview the text of preview.sql, without a semicolon at its end; empty when there is none
 * @param apply the text of apply.sql
 * @param verify the text of verify.sql
 * @param rollback the text of rollback.sql
 * @param tables whose content is taken before and after
 */
public record Phase(
    String name,
    String lock,
    String check,
    String preview,
    String apply,
    String verify,
    String rollback,
    List<String> tables) {

  public Phase {
    // It becomes part of another query.
    preview = preview.strip().replaceFirst(";\\z", "");
    tables = List.copyOf(tables);
  }

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
