package dev.millwright.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page shows what was measured, and nothing that was not. */
class PageTest {

  private static final Path DOCS = Path.of("src/docs");

  private static final Machine MACHINE =
      new Machine("A processor", 2, 2048, "Linux 1", "17", "-XX:Some", "18, embedded", "ext4");

  private static final Figure REACHED =
      Figure.of(
          "one at a time",
          "1/s",
          new Series("ours", List.of(200.0, 400.0, 600.0)),
          new Series("the <old> way", List.of(100.0, 100.0, 100.0)),
          Limit.ratioAtLeast(4),
          Limit.valueAtMost(300));

  private static final Results RESULTS =
      new Results(
          MACHINE,
          "abc1234",
          false,
          List.of(
              new Part(
                  "first",
                  "First part",
                  "How it was done.",
                  List.of(
                      REACHED,
                      Figure.alone("memory", "MiB", new Series("ours", List.of(3.0))).at(1),
                      Figure.alone("memory", "MiB", new Series("ours", List.of(9.0))).at(100)),
                  new Course(59.6, 0.02, null))));

  @TempDir private Path folder;

  /** Whoever edits the page, the plots or the results by hand breaks the build here. */
  @Test
  void theCommittedPageIsWhatTheCommittedResultsMake() throws Exception {
    Path results = Page.results(DOCS);
    assertEquals(Files.exists(results), Files.exists(DOCS.resolve(Page.NAME)));
    if (!Files.exists(results)) {
      assertEquals(List.of(), Page.plots(DOCS));
      return;
    }
    Map<String, String> made = Page.of(Results.read(results));
    List<String> there = new ArrayList<>(List.of(Page.NAME));
    Page.plots(DOCS).forEach(plot -> there.add(DOCS.relativize(plot).toString()));
    assertEquals(made.keySet().stream().sorted().toList(), there.stream().sorted().toList());
    for (Map.Entry<String, String> file : made.entrySet()) {
      assertEquals(file.getValue(), Files.readString(DOCS.resolve(file.getKey())), file.getKey());
    }
  }

  @Test
  void showsMediansRatiosAndWhatWasReached() {
    String page = Page.of(RESULTS).get(Page.NAME);
    String row =
        "| one at a time | 1/s | 400 ± 200 | the <old> way | 100 ± 0 | 4 ± 2 | ≥ 4 ×; ≤ 300 1/s |"
            + " held; **not held** |";
    assertTrue(page.contains(row), page);
    assertTrue(page.contains("It took 60 s; the rest of the host had 2 % of"), page);
    assertTrue(page.contains("| memory, 100 | MiB | 9 |"), page);
    assertTrue(page.contains("| commit | abc1234 |"), page);
    assertFalse(page.contains("quick run:"), page);
    assertFalse(page.contains("was busy"), page);
  }

  /** A reader has to see what is not held without looking for it. */
  @Test
  void listsEachLimitAtTheTopAndSaysHowManyAreHeld() {
    String page = Page.of(RESULTS).get(Page.NAME);
    String top = page.substring(0, page.indexOf("## First part"));
    assertTrue(top.contains("1 of 2 are held."), top);
    assertTrue(
        top.contains(
            "| First part | one at a time | 1/s | the <old> way | 400 ± 200 1/s | ≤ 300 1/s | **not held** |"),
        top);
  }

  @Test
  void saysSoWhenASectionWasBrokenOffOrTheHostWasBusy() {
    Part broken =
        new Part("first", "First part", "", List.of(), new Course(1, 0.31, "no such server"));
    String page = Page.of(RESULTS.with(broken, List.of("first"))).get(Page.NAME);
    assertTrue(page.contains("**Broken off, so that figures are missing: no such server**"), page);
    assertTrue(page.contains("up to 31 % of its processors"), page);
  }

  /** Nothing divided by nothing is no reason to lose a page, and no limit is held by it. */
  @Test
  void showsADashWhereThereIsNoRatio() {
    Series none = new Series("none", List.of(0.0));
    Figure figure = Figure.of("CPU", "%", none, none, Limit.ratioAtMost(2));
    Part part = new Part("first", "First part", "", List.of(figure), new Course(1, 0, null));
    Map<String, String> files = Page.of(RESULTS.with(part, List.of("first")));
    String page = files.get(Page.NAME);
    assertTrue(page.contains("| CPU | % | 0 | none | 0 | – | ≤ 2 × | **not held** |"), page);
    String plot = files.get("benchmarks/first-ratios.svg");
    assertFalse(plot.contains("NaN"));
    assertTrue(plot.contains(">no ratio: the other's is 0<"), plot);
  }

  @Test
  void resultsOfSourcesThatAreInNoCommitAreNotPutTogether() {
    Results changed = new Results(MACHINE, "abc1234+", false, RESULTS.parts());
    assertTrue(RESULTS.isLike(RESULTS));
    assertFalse(changed.isLike(changed));
    assertFalse(RESULTS.isLike(changed));
  }

  @Test
  void resultsAreWholeWhenAllSectionsAreThereAndNoneWasBrokenOff() {
    assertEquals(List.of(), RESULTS.missing(List.of("first")));
    assertEquals(List.of("second"), RESULTS.missing(List.of("first", "second")));
    Part broken = new Part("first", "First part", "", List.of(), new Course(1, 0, "no server"));
    assertEquals(
        List.of("first"), RESULTS.with(broken, List.of("first")).missing(List.of("first")));
  }

  @Test
  void saysSoWhenTheRunWasQuick() {
    Results quick = new Results(MACHINE, "abc1234", true, RESULTS.parts());
    assertTrue(Page.of(quick).get(Page.NAME).contains("quick run:"));
  }

  @Test
  void namesNoPointOfACurveWhereItWouldRunIntoTheNextOne() {
    List<Figure> curve = new ArrayList<>();
    for (int at : List.of(100_000, 900_000, 1_000_000)) {
      curve.add(Figure.alone("table", "KiB", new Series("ours", List.of((double) at))).at(at));
    }
    Part part = new Part("first", "First part", "", curve, new Course(1, 0, null));
    String plot = Page.of(RESULTS.with(part, List.of("first"))).get("benchmarks/first-table.svg");
    assertTrue(plot.contains("middle\">100,000<"), plot);
    assertFalse(plot.contains("middle\">900,000<"), plot);
    assertTrue(plot.contains("middle\">1,000,000<"), plot);
  }

  /** Whatever the values are, their axis says how large they are. */
  @Test
  void marksEachAxisTwiceAtLeast() {
    for (double least = 0.011; least < 2_000; least *= 1.07) {
      for (double most = least; most < 9_000_000; most *= 1.9) {
        Axis axis = Axis.over(List.of(least, most), 0, 300);
        assertTrue(axis.marks().size() >= 2, axis + " " + axis.marks());
        assertTrue(axis.marks().size() <= 12, axis + " " + axis.marks());
      }
    }
  }

  /** A plot is XML that any viewer can read, and has nothing in it that runs. */
  @Test
  void drawsPlotsThatAreDocumentsWithoutScripts() throws Exception {
    Map<String, String> files = Page.of(RESULTS);
    assertTrue(files.containsKey("benchmarks/first-ratios.svg"), files.keySet().toString());
    assertTrue(files.containsKey("benchmarks/first-memory.svg"), files.keySet().toString());
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (file.getKey().endsWith(".svg")) {
        Path svg = Files.writeString(folder.resolve("plot.svg"), file.getValue());
        var document =
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
        assertEquals(0, document.getElementsByTagName("script").getLength());
        assertTrue(file.getValue().contains("prefers-color-scheme: dark"));
      }
    }
  }

  /** A plot of a section that is no longer there must not stay behind. */
  @Test
  void whatIsWrittenReplacesTheOldPageAndReadsBackTheSame() throws Exception {
    Path old = Page.results(folder).resolveSibling("old-ratios.svg");
    Files.createDirectories(old.getParent());
    Files.writeString(old, "");
    Page.write(RESULTS, folder);
    assertEquals(RESULTS, Results.read(Page.results(folder)));
    assertFalse(Files.exists(old));
    assertEquals(2, Page.plots(folder).size());
  }

  @Test
  void aPartReplacesTheOlderOneOfItsNameInThePagesOrder() {
    Course course = new Course(1, 0, null);
    Part second = new Part("second", "Second", "", List.of(REACHED), course);
    Part first = new Part("first", "First anew", "", List.of(REACHED), course);
    List<String> order = List.of("first", "second");
    assertEquals(List.of(first, second), RESULTS.with(second, order).with(first, order).parts());
  }

  @Test
  void refusesWhatWasNotMeasured() {
    assertThrows(IllegalArgumentException.class, () -> new Series("none", List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Series("bad", List.of(Double.NaN)));
    Series two = new Series("two", List.of(1.0, 2.0));
    Series one = new Series("one", List.of(1.0));
    assertThrows(IllegalArgumentException.class, () -> Figure.of("uneven", "s", two, one));
    assertThrows(
        IllegalArgumentException.class,
        () -> Figure.alone("ratio of nothing", "s", one, Limit.ratioAtLeast(1)));
  }
}
