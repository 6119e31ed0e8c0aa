package dev.millwright.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections without a pool, for whoever asks once: each is a new one, to be closed. Where a pool
 * tries again until its time is over, this says at once, in the driver's words, why there is none.
 */
public final class DirectConnections {

  private DirectConnections() {}

  /**
   * Contacts nothing yet.
   *
   * @param atMost how long to wait for a server that does not answer, 1 s or more, where the
   *     settings do not say less
   */
  public static DataSource of(DatabaseSettings settings, Duration atMost) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(settings.url());
    Properties inUrl = Driver.parseURL(settings.url(), null);
    if (inUrl == null) {
      throw new IllegalArgumentException("not a URL of the driver: " + settings.shownUrl());
    }
    if (settings.user() != null && inUrl.getProperty("user") == null) {
      dataSource.setUser(settings.user());
    }
    if (settings.password() != null && inUrl.getProperty("password") == null) {
      dataSource.setPassword(settings.password().reveal());
    }
    properties(settings, atMost)
        .forEach(
            (name, value) -> {
              if (inUrl.getProperty(name) == null) {
                set(dataSource, name, value);
              }
            });
    return dataSource;
  }

  private static Map<String, String> properties(DatabaseSettings settings, Duration atMost) {
    Duration connect =
        settings.connectTimeout().compareTo(atMost) < 0 ? settings.connectTimeout() : atMost;
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("connectTimeout", Long.toString(connect.toSeconds()));
    properties.put("loginTimeout", Long.toString(connect.toSeconds()));
    properties.put("socketTimeout", Long.toString(settings.socketTimeout().toSeconds()));
    properties.put("tcpKeepAlive", "true");
    properties.put("ApplicationName", settings.applicationName());
    if (settings.effectiveSslmode() != null) {
      properties.put("sslmode", settings.effectiveSslmode());
    }
    return properties;
  }

  private static void set(PGSimpleDataSource dataSource, String name, String value) {
    try {
      dataSource.setProperty(name, value);
    } catch (SQLException e) {
      throw new IllegalArgumentException(name + "=" + value + " is refused by the driver", e);
    }
  }
}
