package dev.millwright.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** One statement of all goes wrong: it does not arrive, or its answer does not. */
final class StatementFaults {

  /** Where the fault strikes. */
  enum Side {
    BEFORE,
    AFTER
  }

  /** The process dies here. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private final int at;
  private final Side side;
  private final Supplier<Throwable> fault;
  private final AtomicInteger count = new AtomicInteger();

  /**
   * @param at the number of the statement, from 0
   */
  StatementFaults(int at, Side side, Supplier<Throwable> fault) {
    this.at = at;
    this.side = side;
    this.fault = fault;
  }

  boolean hasStruck() {
    return count.get() > at;
  }

  DataSource of(DataSource real) {
    return proxy(DataSource.class, real, "getConnection", Connection.class, false);
  }

  private Object wrapped(Object made, Class<?> type) {
    if (type == Connection.class) {
      return proxy(Connection.class, made, "prepareStatement createStatement", null, false);
    }
    return made instanceof PreparedStatement
        ? proxy(PreparedStatement.class, made, "", null, true)
        : proxy(Statement.class, made, "", null, true);
  }

  private <T> T proxy(Class<T> type, Object real, String makers, Class<?> made, boolean strikes) {
    return type.cast(
        Proxy.newProxyInstance(
            StatementFaults.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              boolean struck =
                  strikes
                      && method.getName().startsWith("execute")
                      && count.getAndIncrement() == at;
              if (struck && side == Side.BEFORE) {
                throw fault.get();
              }
              Object answer = call(real, method, arguments);
              if (struck) {
                throw fault.get();
              }
              return makers.contains(method.getName()) && method.getName().length() > 5
                  ? wrapped(answer, made)
                  : answer;
            }));
  }

  private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
