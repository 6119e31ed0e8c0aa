package dev.millwright.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page of the results: Markdown and the plots that it shows. Each number on it is from the
 * results; they lie beside the plots, so that anyone can make it again.
 */
public final class Page {

  /** The page's name in its folder; plots and results are in the folder of the same name. */
  public static final String NAME = "benchmarks.md";

  private static final String PLACE = "benchmarks/";
  private static final String RESULTS = PLACE + "results.json";

  private static final String HEAD =
      """
      # Benchmarks

      <!-- Generated from benchmarks/results.json. Do not edit: run it again. -->

      Ours and the rival, or the floor that the parts set, are measured side by side in one run: round
      by round, the order turning. A ratio is ours divided by the other's of the same round. The tables
      give medians of the rounds, and after ± the median absolute deviation from them; a number without
      ± was measured once. A machine's own speed cancels out of a ratio, not out of a value. A limit
      concerns the median. [What helped](what-helped.md) tells what each improvement has brought,
      and what bounds what is not held.

      Run it yourself, on a host that does nothing else:

      ```
      mvn -Pbench verify                              # all, full size: an hour
      mvn -Pbench verify -Dbench.quick                # all, small: 5 minutes; only shows that it runs
      mvn -Pbench verify -Dbench.only=NAME,NAME       # only these sections
      mvn -Pbench verify -Dbench.postgres=embedded    # not the PostgreSQL that is installed
      ```

      The results go to `target/bench/`, together with those of other sections of the same machine and
      commit. Once all sections are there in full size, and none was broken off, they are written here.
      That a limit is not held does not fail the run.

      """;

  private Page() {}

  /** What the results make: contents of files, by their names in the page's folder. */
  public static Map<String, String> of(Results results) {
    Map<String, String> files = new LinkedHashMap<>();
    StringBuilder page = new StringBuilder(HEAD).append(machine(results));
    page.append(Held.of(results.parts()));
    for (Part part : results.parts()) {
      page.append(section(part));
      Plots.of(part)
          .forEach(
              (name, plot) -> {
                files.put(PLACE + name, plot.svg());
                page.append("\n![").append(plot.title()).append("](");
                page.append(PLACE).append(name).append(")\n");
              });
      page.append("\n");
    }
    files.put(NAME, page.toString().stripTrailing() + "\n");
    return files;
  }

  /** Replaces a page, its plots and its results. */
  public static void write(Results results, Path folder) throws IOException {
    Path place = folder.resolve(PLACE);
    Files.createDirectories(place);
    for (Path old : plots(folder)) {
      Files.delete(old);
    }
    for (Map.Entry<String, String> file : of(results).entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    results.write(results(folder));
  }

  /** Where the results of the page in this folder are. */
  public static Path results(Path folder) {
    return folder.resolve(RESULTS);
  }

  /** The plots that are in the folder of such a page. */
  static List<Path> plots(Path folder) throws IOException {
    if (!Files.isDirectory(folder.resolve(PLACE))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.resolve(PLACE))) {
      return files
          .filter(file -> file.toString().endsWith(".svg"))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  private static String machine(Results results) {
    Machine machine = results.machine();
    StringBuilder text = new StringBuilder();
    if (results.quick()) {
      text.append("**These are from a quick run: they show that it runs, and no more.**\n\n");
    }
    results.parts().stream()
        .map(Part::course)
        .mapToDouble(Course::others)
        .filter(others -> others > Course.BUSY)
        .max()
        .ifPresent(
            others ->
                text.append("**The host was busy with other work: up to ")
                    .append(Numbers.text(Math.rint(100 * others)))
                    .append(" % of its processors within a section.**\n\n"));
    Table table = new Table(List.of("measured on", ""), "ll");
    table.row("processor", machine.processor() + ", " + machine.cores() + " cores");
    table.row("memory", Numbers.text(machine.memoryMebibytes()) + " MiB");
    table.row("kernel", machine.kernel());
    table.row("disk", machine.disk());
    table.row("JDK", machine.jdk());
    table.row("flags", "`" + machine.jvmFlags() + "`");
    table.row("PostgreSQL", machine.postgres());
    table.row("commit", results.commit());
    return text.append(table).append("\n").toString();
  }

  private static String section(Part part) {
    StringBuilder text = new StringBuilder("## ").append(part.title()).append("\n\n");
    if (part.course().failure() != null) {
      text.append("**Broken off, so that figures are missing: ")
          .append(part.course().failure())
          .append("**\n\n");
    }
    text.append(part.prose().strip()).append("\n\n");
    text.append("Run alone: `mvn -Pbench verify -Dbench.only=").append(part.name()).append("`. ");
    text.append(part.course().text()).append("\n\n");
    return text.append(part.figures().isEmpty() ? "" : table(part)).toString();
  }

  private static String table(Part part) {
    Table table =
        new Table(
            List.of("figure", "unit", "ours", "against", "its value", "ratio", "to reach", "held"),
            "llrlrrll");
    for (Figure figure : part.figures()) {
      boolean alone = figure.other() == null;
      table.row(
          figure.label(),
          figure.unit(),
          figure.ours().spread().text(),
          alone ? "" : figure.other().label(),
          alone ? "" : figure.other().spread().text(),
          alone ? "" : figure.ratio().text(),
          limits(figure, limit -> limit.text(figure.unit())),
          limits(figure, limit -> Limit.said(limit.heldBy(figure))));
    }
    return table.toString();
  }

  private static String limits(Figure figure, Function<Limit, String> text) {
    return figure.limits().stream().map(text).collect(Collectors.joining("; "));
  }
}
