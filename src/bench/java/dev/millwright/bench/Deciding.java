package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.bench.report.Series;
import dev.millwright.runtime.DecidingBenchmark;
import java.util.List;
import java.util.function.Function;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The small: what an observation and a decision cost by themselves, by JMH. */
final class Deciding implements Section {

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  @Override
  public String name() {
    return "deciding";
  }

  @Override
  public String title() {
    return "Observing and deciding";
  }

  @Override
  public String prose(Run run) {
    return """
    Time and heap of one call, without wire, disk or database, by JMH with the daemon's collector and
    compiler; each round is a JVM of its own. An unchanged observation is five values of a machine that show what
    they showed before, on their way through the runtime to where it is kept until something else happens. A decision is
    that of one start, with the new ids of the run and the transition. Nobody else has the same to do,
    so there is no rival. What is wanted is that an unchanged observation allocates nothing; a byte
    is the least that can be told from the measuring itself.
    """;
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    // Nobody else's measurements are asked after.
    System.setProperty("jmh.ignoreLock", "true");
    TimeValue iteration = TimeValue.milliseconds(run.size(300, 1_000));
    Options options =
        new OptionsBuilder()
            .include("^" + DecidingBenchmark.class.getName() + "\\.")
            .addProfiler(GCProfiler.class)
            .forks(run.rounds())
            .warmupIterations(run.size(2, 5))
            .warmupTime(iteration)
            .measurementIterations(run.size(2, 5))
            .measurementTime(iteration)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    for (RunResult result : new Runner(options).run()) {
      boolean observes = result.getParams().getBenchmark().endsWith("unchangedObservation");
      String name = observes ? "an unchanged observation" : "a decision";
      figures.add(Figure.alone(name, "ns", each(result, jvm -> jvm.getPrimaryResult().getScore())));
      Limit[] limits = observes ? new Limit[] {Limit.valueAtMost(1)} : new Limit[0];
      figures.add(
          Figure.alone(
              name + ": heap allocated",
              "bytes",
              each(result, jvm -> jvm.getSecondaryResults().get(ALLOCATED).getScore()),
              limits));
    }
    figures.forEach(figure -> run.say("  %s", figure));
  }

  /** One value for each JVM. */
  private static Series each(RunResult result, Function<BenchmarkResult, Double> score) {
    return new Series("Millwright", result.getBenchmarkResults().stream().map(score).toList());
  }
}
