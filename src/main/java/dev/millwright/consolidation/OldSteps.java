package dev.millwright.consolidation;

import dev.millwright.consolidation.OldTable.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes a tree of old steps, and refuses what the old system passed over or made up: a step of
 * unknown type, without settings, without a place in the order, or that nothing leads to.
 */
final class OldSteps {

  /** As a recipe's repeats may be nested. */
  private static final int MOST_DEPTH = 64;

  private static final long MOST_MILLIS = 31L * 24 * 3_600_000;

  private static final long MOST_TIMES = 10_000_000;

  /** The steps of each recipe. */
  private final Map<String, List<Row>> byRecipe = new HashMap<>();

  /** The steps inside of each step. */
  private final Map<String, List<Row>> byParent = new HashMap<>();

  /** By type, the settings of each step; null for a type whose table is not there. */
  private final Map<String, Map<String, List<Row>>> settings = new HashMap<>();

  /** Of the recipe that is looked at now. */
  private List<String> refused = new ArrayList<>();

  private Set<String> reached = new HashSet<>();

  OldSteps(List<Row> steps, Map<String, List<Row>> tables) {
    for (Row step : steps) {
      byRecipe.computeIfAbsent(step.get("recipe"), key -> new ArrayList<>()).add(step);
      if (step.get("parent") != null) {
        byParent.computeIfAbsent(step.get("parent"), key -> new ArrayList<>()).add(step);
      }
    }
    tables.forEach(
        (type, rows) -> {
          Map<String, List<Row>> byStep = new HashMap<>();
          for (Row row : rows == null ? List.<Row>of() : rows) {
            byStep.computeIfAbsent(row.get("step"), key -> new ArrayList<>()).add(row);
          }
          settings.put(type, rows == null ? null : byStep);
        });
  }

  OldRecipe recipe(Row recipe, List<String> notes) {
    refused = new ArrayList<>();
    reached = new HashSet<>();
    List<Row> all = byRecipe.getOrDefault(recipe.get("id"), List.of());
    if (all.isEmpty()) {
      refused.add(recipe.words() + ": it has no steps");
    }
    String name = recipe.get("name");
    if (name == null || name.isBlank()) {
      refused.add(recipe.words() + ": it has no name");
    }
    List<Row> first = all.stream().filter(step -> step.get("parent") == null).toList();
    List<OldStep> steps = steps(first, 0);
    for (Row step : all) {
      if (!reached.contains(step.get("id"))) {
        refuse(step, "it is inside of step " + step.get("parent") + unreached(step));
      }
    }
    return new OldRecipe(recipe.get("id"), name, steps, refused, notes);
  }

  private String unreached(Row step) {
    boolean own =
        byRecipe.get(step.get("recipe")).stream()
            .anyMatch(other -> other.get("id").equals(step.get("parent")));
    return own ? ", which is no loop, or is never reached" : ", which is not a step of this recipe";
  }

  private List<OldStep> steps(List<Row> rows, int depth) {
    List<Row> ordered = rows.stream().sorted(Comparator.comparing(row -> sequence(row))).toList();
    List<OldStep> steps = new ArrayList<>();
    BigDecimal last = null;
    for (Row row : ordered) {
      reached.add(row.get("id"));
      BigDecimal sequence = sequence(row);
      if (row.get("sequence") == null || sequence.signum() < 0) {
        refuse(
            row, "its sequence number is " + row.get("sequence") + ", so its place is not known");
      } else if (last != null && sequence.compareTo(last) == 0) {
        refuse(row, "sequence number " + last + " is there twice, so the order is not known");
      }
      last = sequence;
      OldStep step = step(row, depth);
      if (step != null) {
        steps.add(step);
      }
    }
    return steps;
  }

  /** Below all others where there is none. */
  private static BigDecimal sequence(Row row) {
    BigDecimal sequence = number(row.get("sequence"));
    return sequence == null ? BigDecimal.ONE.negate() : sequence.stripTrailingZeros();
  }

  /** Null where it is refused. */
  private OldStep step(Row row, int depth) {
    String type = String.valueOf(row.get("type")).toLowerCase(Locale.ROOT);
    if (!settings.containsKey(type)) {
      refuse(row, "type \"" + row.get("type") + "\" is none of valve, purge, parameter, loop");
      return null;
    }
    Row its = settings(row, type);
    List<Row> inner = byParent.getOrDefault(row.get("id"), List.of());
    if (type.equals("loop")) {
      return loop(row, its, inner, depth);
    }
    return its == null
        ? null
        : switch (type) {
          case "valve" -> valve(row, its);
          case "purge" -> purge(row, its);
          default -> assign(row, its);
        };
  }

  private Row settings(Row row, String type) {
    Row its = null;
    for (Map.Entry<String, Map<String, List<Row>>> table : settings.entrySet()) {
      Map<String, List<Row>> byStep = table.getValue();
      List<Row> rows = byStep == null ? List.of() : byStep.getOrDefault(row.get("id"), List.of());
      if (!table.getKey().equals(type)) {
        rows.forEach(
            other -> refuse(row, "it is a " + type + ", and has settings in " + other.words()));
      } else if (byStep == null) {
        refuse(row, "there is no table " + type + "_step_config that this role can see");
      } else if (rows.size() != 1) {
        refuse(
            row,
            rows.isEmpty()
                ? "it has no settings in " + type + "_step_config; the old system made some up"
                : "it has settings twice, in "
                    + rows.get(0).words()
                    + " and "
                    + rows.get(1).words());
      } else {
        its = rows.get(0);
      }
    }
    return its;
  }

  private OldStep loop(Row row, Row its, List<Row> inner, int depth) {
    Long times = its == null ? null : whole(row, its, "times", MOST_TIMES);
    if (inner.isEmpty()) {
      refuse(row, "a loop without steps");
    }
    if (depth == MOST_DEPTH) {
      refuse(row, "loops are nested deeper than " + MOST_DEPTH);
      return null;
    }
    List<Row> own =
        inner.stream().filter(step -> row.get("recipe").equals(step.get("recipe"))).toList();
    List<OldStep> steps = steps(own, depth + 1);
    return times == null || steps.isEmpty()
        ? null
        : new OldStep.Loop(row.get("id"), row.get("name"), times, steps);
  }

  private OldStep valve(Row row, Row its) {
    Long number = whole(row, its, "number", Integer.MAX_VALUE);
    Long millis = whole(row, its, "millis", MOST_MILLIS);
    return number == null || millis == null
        ? null
        : new OldStep.Valve(row.get("id"), row.get("name"), number, millis);
  }

  private OldStep purge(Row row, Row its) {
    Long millis = whole(row, its, "millis", MOST_MILLIS);
    String gas = its.get("gas");
    String flow = its.get("flow") == null ? null : "flow " + its.get("flow");
    String noted = gas == null ? flow : flow == null ? gas : gas + ", " + flow;
    return millis == null ? null : new OldStep.Purge(row.get("id"), row.get("name"), millis, noted);
  }

  private OldStep assign(Row row, Row its) {
    String called = its.get("called");
    String parameter = its.get("parameter") == null ? called : its.get("parameter");
    BigDecimal value = number(its.get("value"));
    if (value == null) {
      refuse(row, its.words() + " has value " + its.get("value") + ", which is no number");
    }
    if (called == null || called.isBlank()) {
      refuse(row, its.words() + " names parameter " + parameter + ", which has no name");
      return null;
    }
    return value == null
        ? null
        : new OldStep.Assign(row.get("id"), row.get("name"), parameter, called, value);
  }

  /** A whole number from 1; null where it is refused. */
  private Long whole(Row row, Row its, String column, long most) {
    BigDecimal number = number(its.get(column));
    boolean good =
        number != null
            && number.stripTrailingZeros().scale() <= 0
            && number.signum() > 0
            && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    if (!good) {
      String what =
          switch (column) {
            case "millis" -> "duration in ms";
            case "times" -> "iteration count";
            default -> "valve number";
          };
      refuse(
          row,
          "%s has %s %s, and a whole number from 1 to %d is needed"
              .formatted(its.words(), what, its.get(column), most));
    }
    return good ? (Long) number.longValueExact() : null;
  }

  private static BigDecimal number(String text) {
    boolean plain = text != null && text.length() < 50 && text.matches("[+-]?[0-9]+(\\.[0-9]+)?");
    return plain ? new BigDecimal(text) : null;
  }

  private void refuse(Row row, String why) {
    String name = row.get("name") == null ? "" : " (" + row.get("name") + ")";
    refused.add(row.words() + name + ": " + why);
  }
}
