package dev.millwright.device.contract;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Prints what an adapter has passed: a row of the table adapter by point. */
final class ContractReport implements TestWatcher, BeforeAllCallback, AfterAllCallback {

  private final Map<String, String> points = new TreeMap<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    points.clear();
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    points.put(point(context), "passed");
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    points.put(point(context), "FAILED");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    String adapter = context.getRequiredTestClass().getSimpleName().replace("ContractTest", "");
    StringBuilder line = new StringBuilder("Contract %-10s".formatted(adapter));
    points.forEach((point, result) -> line.append("  ").append(point).append(' ').append(result));
    System.out.println(line);
  }

  private static String point(ExtensionContext context) {
    return context.getRequiredTestMethod().getName();
  }
}
