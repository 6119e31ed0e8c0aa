package dev.millwright.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * When transitions are seen to be committed: stands between the product and its connections, and
 * notes the moment at which a commit of UPDATEs has returned.
 */
final class Committed {

  private static final long LIMIT_SECONDS = 30;

  /** One for each UPDATE; the monotonic clock. */
  private final BlockingQueue<Long> moments = new LinkedBlockingQueue<>();

  /** For one connection's work at a time, as the product has one thread that writes. */
  private int pending;

  /** The same connections, watched. */
  DataSource watch(DataSource dataSource) {
    return proxy(
        DataSource.class,
        dataSource,
        (method, result) ->
            method.getName().equals("getConnection") ? watch((Connection) result) : result,
        null);
  }

  private Connection watch(Connection connection) {
    return proxy(
        Connection.class,
        connection,
        (method, result) -> {
          if (method.getName().equals("commit")) {
            tell();
          }
          return result;
        },
        connection);
  }

  private PreparedStatement watch(PreparedStatement update, Connection of) {
    return proxy(
        PreparedStatement.class,
        update,
        (method, result) -> {
          switch (method.getName()) {
            case "addBatch" -> pending++;
            case "executeBatch" -> tellIfCommitted(of);
            default -> {}
          }
          return result;
        },
        null);
  }

  private void tellIfCommitted(Connection connection) throws SQLException {
    if (connection.getAutoCommit()) {
      tell();
    }
  }

  private void tell() {
    long now = System.nanoTime();
    for (; pending > 0; pending--) {
      moments.add(now);
    }
  }

  /** What is done when a call has returned. */
  private interface After {
    Object returned(Method method, Object result) throws SQLException;
  }

  private <T> T proxy(Class<T> type, T inner, After after, Connection preparing) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              boolean isUpdate =
                  preparing != null
                      && result instanceof PreparedStatement
                      && arguments[0].toString().startsWith("UPDATE machines\n");
              return isUpdate
                  ? watch((PreparedStatement) result, preparing)
                  : after.returned(method, result);
            }));
  }

  /** Forgets what has not been asked for. */
  void forget() {
    moments.clear();
  }

  /** Waits for the next one, for half a minute. */
  long next() throws InterruptedException {
    Long moment = moments.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (moment == null) {
      throw new IllegalStateException(
          "no commit within " + LIMIT_SECONDS + " s of a change on the machine");
    }
    return moment;
  }

  /** Notes one by somebody else's statement. */
  void add(long moment) {
    moments.add(moment);
  }
}
