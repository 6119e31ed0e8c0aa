package dev.millwright.bench;

import dev.millwright.bench.report.Course;
import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Page;
import dev.millwright.bench.report.Part;
import dev.millwright.bench.report.Results;
import dev.millwright.daemon.LogSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.settings.DataSize;
import dev.millwright.testing.Tied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Runs the sections, and writes what they have measured, and the page of it. */
public final class Bench {

  /** In the order of the page. */
  private static final List<Section> SECTIONS =
      List.of(
          new Persisting(),
          new TableGrowth(),
          new Draining(),
          new MachineToRow(),
          new StagesToRow(),
          new ReadingRate(),
          new ManyMachines(),
          new Deciding(),
          new Small());

  private static final Path TARGET = Path.of("target/bench").toAbsolutePath();
  private static final Path DOCS = Path.of("src/docs");

  /** Whether this process ends before its time, so that nothing works any more. */
  private static volatile boolean ending;

  private final boolean quick;
  private final Path work;
  private final Server server;
  private final List<String> failed = new ArrayList<>();
  private Results results;

  private Bench(boolean quick, Path work, Server server) throws Exception {
    this.quick = quick;
    this.work = work;
    this.server = server;
    results = new Results(Host.describe(server.describe(), work), Host.commit(), quick, List.of());
    Path file = Page.results(TARGET);
    if (Files.exists(file) && Results.read(file).isLike(results)) {
      results = Results.read(file);
    }
  }

  /** As the Maven profile "bench" calls it, in the project's folder. */
  public static void main(String[] arguments) {
    endWithWhoeverStartedIt();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true, "ending"));
    Tied.askFor();
    int status;
    try {
      List<Section> chosen = chosen(System.getProperty("bench.only", ""));
      Path work = emptied(TARGET.resolve("work"));
      log(work.resolve("millwright.log"));
      try (Server server = Server.start(System.getProperty("bench.postgres", ""), work)) {
        Bench bench = new Bench(Boolean.getBoolean("bench.quick"), work, server);
        for (Section section : chosen) {
          bench.run(section);
        }
        status = bench.finish() ? 0 : 1;
      }
    } catch (Exception e) {
      e.printStackTrace();
      status = 1;
    }
    // What has been measured may have left threads behind.
    System.exit(status);
  }

  /** As the daemon's technicians have it: that is part of what a transition costs. */
  private static void log(Path file) {
    Logging.start(
        new LogSettings(file, LogSettings.Level.INFO, DataSize.ofMebibytes(10), 10),
        Logging.Console.NONE);
  }

  /** A Maven that is killed tells its children nothing. */
  private static void endWithWhoeverStartedIt() {
    Optional<CompletableFuture<Void>> unused =
        ProcessHandle.current()
            .parent()
            .map(parent -> parent.onExit().thenRun(() -> System.exit(1)));
  }

  private static List<Section> chosen(String only) {
    if (only.isBlank()) {
      return SECTIONS;
    }
    List<String> names = Arrays.stream(only.split(",", -1)).map(String::strip).toList();
    List<String> known = names();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "bench.only: no section '" + name + "'; there are " + String.join(", ", known));
      }
    }
    return SECTIONS.stream().filter(section -> names.contains(section.name())).toList();
  }

  private static List<String> names() {
    return SECTIONS.stream().map(Section::name).toList();
  }

  /** One that throws keeps what it has measured before, and keeps no other one from its turn. */
  private void run(Section section) throws IOException {
    System.out.println(section.title() + " (" + section.name() + ")");
    Run run = new Run(quick, Files.createDirectories(work.resolve(section.name())), server);
    List<Figure> figures = new ArrayList<>();
    String failure = null;
    HostLoad before = HostLoad.now();
    long began = System.nanoTime();
    try {
      section.measure(run, figures);
    } catch (Exception | Error e) {
      if (ending) {
        throw new IOException("ended in section " + section.name(), e);
      }
      e.printStackTrace();
      failure = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
      failed.add(section.name());
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Course course = new Course(seconds, HostLoad.now().others(before), failure);
    System.out.printf(
        Locale.ROOT,
        "Section %s: %.0f s; the rest of the host had %.0f %% of the processors%n",
        section.name(),
        seconds,
        100 * course.others());
    results =
        results.with(
            new Part(section.name(), section.title(), section.prose(run), figures, course),
            names());
    Page.write(results, TARGET);
  }

  /**
   * Writes the page of the documentation where there is all of it.
   *
   * @return whether no section was broken off
   */
  private boolean finish() throws IOException {
    System.out.println(Page.of(results).get(Page.NAME));
    System.out.println("Written: " + TARGET.resolve(Page.NAME));
    List<String> missing = results.missing(names());
    if (!quick && missing.isEmpty()) {
      Page.write(results, DOCS);
      System.out.println("Written: " + DOCS.resolve(Page.NAME));
    } else if (!quick) {
      System.out.println(DOCS.resolve(Page.NAME) + " is as it was: there is not all of " + missing);
    }
    failed.forEach(name -> System.out.println("BROKEN OFF: section " + name));
    return failed.isEmpty();
  }

  private static Path emptied(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return Files.createDirectories(folder);
  }
}
