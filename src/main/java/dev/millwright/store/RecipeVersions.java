package dev.millwright.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Table {@code recipe_versions}: each recipe as it was when it was run. */
public final class RecipeVersions {

  /** Without naming the column that may conflict: for that one needs the right to read. */
  private static final String KEEP =
      "INSERT INTO recipe_versions (hash, name, source) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

  private final DataSource dataSource;

  public RecipeVersions(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Keeps a recipe, unless it is there.
   *
   * @param hash SHA-256 of the file's bytes, 64 lower-case hex digits
   * @param source the file's text
   */
  public void keep(String hash, String name, String source) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(KEEP)) {
      insert.setString(1, hash);
      insert.setString(2, name);
      insert.setString(3, source);
      insert.executeUpdate();
    }
  }
}
