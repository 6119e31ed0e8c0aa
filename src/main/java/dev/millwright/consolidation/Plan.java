package dev.millwright.consolidation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Phases in the order in which they are applied.
 *
 * @param name such as {@code schema}
 * @param phases one or more
 */
public record Plan(String name, List<Phase> phases) {

  public Plan {
    phases = List.copyOf(phases);
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("plan " + name + " has no phases");
    }
  }

  /** The names of the plans that there are. */
  public static List<String> names() {
    return resource("index.txt").lines().toList();
  }

  /**
   * Reads a plan.
   *
   * @throws PlanException when there is no plan of that name
   */
  public static Plan load(String name) throws PlanException {
    if (!names().contains(name)) {
      throw new PlanException(
          "plan \"" + name + "\" is unknown; there are: " + String.join(", ", names()));
    }
    return new Plan(
        name,
        resource(name + "/phases.txt")
            .lines()
            .map(
                phase -> {
                  String folder = name + "/" + phase + "/";
                  return new Phase(
                      phase,
                      resource(folder + "check.sql"),
                      resource(folder + "apply.sql"),
                      resource(folder + "verify.sql"),
                      resource(folder + "rollback.sql"));
                })
            .toList());
  }

  /**
   * The phases up to and with {@code to}.
   *
   * @param to the name of a phase; null for all
   * @throws PlanException when this plan has no phase of that name
   */
  List<Phase> upTo(String to) throws PlanException {
    return phases.subList(0, end(to, phases.size()));
  }

  /** The phases after {@code to}; all when it is null. */
  List<Phase> after(String to) throws PlanException {
    return phases.subList(end(to, 0), phases.size());
  }

  private int end(String to, int whenNull) throws PlanException {
    if (to == null) {
      return whenNull;
    }
    List<String> names = phases.stream().map(Phase::name).toList();
    int index = names.indexOf(to);
    if (index < 0) {
      throw new PlanException(
          "plan " + name + " has no phase \"" + to + "\"; it has: " + String.join(", ", names));
    }
    return index + 1;
  }

  /** Lines end in \n however the file was checked out, as the checksum must not depend on that. */
  private static String resource(String path) {
    try (InputStream in = Plan.class.getResourceAsStream("plans/" + path)) {
      if (in == null) {
        throw new IllegalStateException("resource plans/" + path + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
