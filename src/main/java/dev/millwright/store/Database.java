package dev.millwright.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A small pool of connections. Making one asks nothing of the database, which may be away: the
 * first connection is made when the first one is wanted.
 *
 * <p>Nothing waits for ever on a dead network (FIELD 22): reaching the server, each answer, and
 * waiting for a free connection are all bounded, and TCP keep-alive is on.
 */
public final class Database implements AutoCloseable {

  /** How long a statement waits for a lock that another session holds. */
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

  private final HikariDataSource pool;

  public Database(DatabaseSettings settings) {
    pool = new HikariDataSource(config(settings));
  }

  /** The pool, to be asked for one connection per piece of work. */
  public DataSource dataSource() {
    return pool;
  }

  /** Ends all connections, within seconds; closing twice is harmless. */
  @Override
  public void close() {
    pool.close();
  }

  private static HikariConfig config(DatabaseSettings settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("database");
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.user());
    if (settings.password() != null) {
      config.setPassword(settings.password().reveal());
    }
    config.setMaximumPoolSize(settings.poolSize());
    // One stays ready: the next transition must not wait for a log-in.
    config.setMinimumIdle(1);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(settings.connectTimeout().toMillis());
    config.setValidationTimeout(Math.min(5_000, settings.connectTimeout().toMillis()));
    config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    config.setAutoCommit(true);
    // The guard's second look at the history needs it, whatever the server's default is.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setConnectionInitSql(limits(settings.socketTimeout()) + BY_KEY);
    config.setExceptionOverride(new EvictReadOnly());
    driver(config, settings);
    return config;
  }

  /**
   * A row that somebody keeps locked must not hold the others back (I8), nor one whose trigger
   * hangs: the server cancels the statement, and says so, before its connection is given up for
   * dead. And a session that we have given up, because the network swallowed it, must not hold rows
   * against us for ever: the server ends it soon after.
   */
  private static String limits(Duration answer) {
    return String.format(
        "SET lock_timeout = %d; SET statement_timeout = %d;"
            + " SET idle_in_transaction_session_timeout = %d",
        LOCK_TIMEOUT.toMillis(), answer.toMillis() / 3, 2 * answer.toMillis());
  }

  /**
   * Nearly all statements find rows by their keys. The server would plan some of them anew each
   * time, which costs as much as the UPDATE itself; or keep a plan that reads all of a table that
   * was small when it was made, and the versions that were written since with it (decision 0146).
   * What has to read a whole table does so for all that, and must not be compiled for its costs.
   */
  private static final String BY_KEY =
      "; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off";

  private static void driver(HikariConfig config, DatabaseSettings settings) {
    String connectSeconds = Long.toString(settings.connectTimeout().toSeconds());
    config.addDataSourceProperty("connectTimeout", connectSeconds);
    config.addDataSourceProperty("loginTimeout", connectSeconds);
    config.addDataSourceProperty(
        "socketTimeout", Long.toString(settings.socketTimeout().toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("ApplicationName", settings.applicationName());
    // Few statements, used for years: prepared on the server from their second use on.
    config.addDataSourceProperty("prepareThreshold", "2");
    if (settings.effectiveSslmode() != null) {
      config.addDataSourceProperty("sslmode", settings.effectiveSslmode());
    }
  }

  /**
   * After a failover a connection may lead to a server that has become read-only and would stay in
   * the pool, healthy and useless (FIELD 22, HikariCP #1802).
   */
  private static final class EvictReadOnly implements SQLExceptionOverride {
    // Qualified, as the interface has a type Override of its own.
    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException e) {
      return Trouble.of(e) == Trouble.READ_ONLY
          ? SQLExceptionOverride.Override.MUST_EVICT
          : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
  }
}
