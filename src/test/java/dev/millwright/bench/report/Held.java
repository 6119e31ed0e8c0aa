package dev.millwright.bench.report;

import java.util.ArrayList;
import java.util.List;

/** The limits of all sections in one table, so that nobody has to look for those not held. */
final class Held {

  private Held() {}

  /** Markdown; empty when nothing is limited. */
  static String of(List<Part> parts) {
    Table table =
        new Table(
            List.of("section", "figure", "unit", "against", "measured", "to reach", "held"),
            "llllrll");
    List<Boolean> all = new ArrayList<>();
    for (Part part : parts) {
      for (Figure figure : part.figures()) {
        for (Limit limit : figure.limits()) {
          boolean held = limit.heldBy(figure);
          all.add(held);
          table.row(
              part.title(),
              figure.label(),
              figure.unit(),
              figure.other() == null ? "" : figure.other().label(),
              limit.measured(figure),
              limit.text(figure.unit()),
              Limit.said(held));
        }
      }
    }
    long held = all.stream().filter(each -> each).count();
    return all.isEmpty()
        ? ""
        : "## Limits\n\n%d of %d are held.\n\n%s\n".formatted(held, all.size(), table);
  }
}
