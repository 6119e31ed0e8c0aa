package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.cli.Diagnosis.Level;
import dev.millwright.config.ConfigException;
import dev.millwright.config.Configuration;
import dev.millwright.control.ControlSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.device.serial.HostFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at all that the daemon needs, and says of each thing whether it is well, and what to"
          + " do. Changes nothing. As root it sees more.",
      "Each look takes 2 s at most. The end is 0 where there is no fault (warnings are none), else 1."
    },
    footer = {"", "Example: sudo millwright doctor"})
final class DoctorCommand implements Callable<Integer> {

  /** What each look may take. */
  private final Duration limit;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "never, auto or always. Default: ${DEFAULT-VALUE}.")
  private Paint.When color;

  @Mixin private ConfigOption config;
  @Mixin private DaemonOption daemon;
  @Spec private CommandSpec spec;

  /** Why the daemon did not answer; null when it did. */
  private String silent;

  DoctorCommand() {
    this(Duration.ofSeconds(2));
  }

  /** The same with another limit for each look. */
  DoctorCommand(Duration limit) {
    this.limit = limit;
  }

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    List<Diagnosis> found = new ArrayList<>();
    DoctorPatient patient = patient(found);
    found.addAll(checkup(patient).run());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      found.forEach(each -> out.println(json(each)));
    } else {
      show(found);
    }
    return found.stream().anyMatch(each -> each.level() == Level.FAULT) ? Exit.DIFFERENT : Exit.OK;
  }

  private DoctorPatient patient(List<Diagnosis> found) throws InterruptedException {
    PrintWriter nowhere = new PrintWriter(PrintWriter.nullWriter());
    Configuration whole = null;
    Configuration main = null;
    try {
      whole = config.load(nowhere);
      found.add(Diagnosis.ok("configuration", "no mistakes; machines: " + whole.machines().size()));
      whole
          .warnings()
          .forEach(
              each ->
                  found.add(Diagnosis.warning("configuration", each.toString(), "see the file")));
      main = whole;
    } catch (ConfigException | Failure e) {
      found.add(
          Diagnosis.fault(
              "configuration",
              e.getMessage().replaceAll("\\s*\\R\\s*", "; "),
              "millwright check lists all mistakes; secrets of systemd (LoadCredential=) and of"
                  + " other users are not seen from here: sudo"));
      main = mainAlone(nowhere);
    }
    Path socket = ControlSettings.standard().socket();
    Told told = null;
    try {
      socket = daemon.socket(config, nowhere);
      told = Told.by(daemon.status(socket, null));
    } catch (Failure e) {
      silent = e.getMessage();
    }
    return new DoctorPatient(whole, main, socket, told, DoctorPatient.unitOfSystemd());
  }

  private Configuration mainAlone(PrintWriter nowhere) {
    try {
      return config.loadMain(nowhere);
    } catch (ConfigException | Failure e) {
      return null; // that was told before
    }
  }

  private Checkup checkup(DoctorPatient patient) {
    Checkup checkup = new Checkup(limit);
    checkup.add("systemd", () -> DoctorService.systemd(patient));
    checkup.add("daemon", () -> DoctorService.socket(patient, silent));
    if (patient.daemon() != null) {
      checkup.add("machines", () -> DoctorService.machines(patient));
    }
    if (patient.configuration() != null) {
      checkup.add("ports", () -> DoctorPorts.look(patient, HostFiles.THIS));
      checkup.add("certificates", () -> DoctorService.certificates(patient));
    }
    if (patient.main() != null) {
      checkup.add("database", () -> new DoctorDatabase(patient).look());
      checkup.add("schema and rights", () -> new DoctorDatabase(patient).schema());
      checkup.add("journal", () -> DoctorJournal.look(patient));
      checkup.add("log", () -> DoctorHost.log(patient));
      checkup.add("status page", () -> DoctorPage.look(patient));
    }
    return checkup
        .add("clock", DoctorHost::clock)
        .add("native libraries", () -> DoctorHost.libraries(System.getProperties(), HostFiles.THIS))
        .add("memory", () -> DoctorHost.memory(patient))
        .add("Java", DoctorHost::java);
  }

  private void show(List<Diagnosis> found) {
    PrintWriter out = spec.commandLine().getOut();
    boolean paint = color.holds();
    int width = found.stream().mapToInt(each -> each.subject().length()).max().orElse(0);
    for (Diagnosis each : found) {
      String level = String.format("%-7s", each.level().name().toLowerCase(Locale.ROOT));
      out.println(
          (paint ? each.level().paint().on(level) : level)
              + "  "
              + String.format("%-" + width + "s", each.subject())
              + "  "
              + Paint.plain(each.words()));
      if (each.advice() != null) {
        out.println("         → " + each.advice());
      }
    }
    out.println();
    out.println(
        count(found, Level.OK)
            + " ok, "
            + count(found, Level.WARNING)
            + " warnings, "
            + count(found, Level.FAULT)
            + " faults");
  }

  private static long count(List<Diagnosis> found, Level level) {
    return found.stream().filter(each -> each.level() == level).count();
  }

  private static String json(Diagnosis each) {
    JsonObject json = new JsonObject();
    json.addProperty("subject", each.subject());
    json.addProperty("level", each.level().name().toLowerCase(Locale.ROOT));
    json.addProperty("words", each.words());
    json.addProperty("advice", each.advice());
    return Json.of(json);
  }
}
