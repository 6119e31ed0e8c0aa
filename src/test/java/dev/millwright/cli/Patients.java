package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.daemon.Wirings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code doctor} is to look at, put together by a test. */
final class Patients {

  private Patients() {}

  /** Without a daemon and without systemd. */
  static DoctorPatient of(Sites sites) throws ConfigException {
    return of(sites, Map.of());
  }

  /** Without a daemon, and of a unit of which systemd tells this. */
  static DoctorPatient of(Sites sites, Map<String, String> unit) throws ConfigException {
    Configuration configuration = new ConfigLoader(Wirings.registry()).load(sites.file(), Map.of());
    Path socket = sites.file().resolveSibling("none.sock");
    return new DoctorPatient(configuration, configuration, socket, null, unit);
  }

  /** Of a daemon that tells this of itself, and has no machine. */
  static DoctorPatient told(Sites sites, JsonObject daemon) throws ConfigException {
    JsonObject report = new JsonObject();
    report.add("daemon", daemon);
    report.add("machines", new JsonArray());
    DoctorPatient silent = of(sites);
    return new DoctorPatient(
        silent.configuration(), silent.main(), silent.socket(), Told.by(report), Map.of());
  }

  /** The one of this subject. */
  static Diagnosis of(String subject, List<Diagnosis> found) {
    List<Diagnosis> those = found.stream().filter(each -> each.subject().equals(subject)).toList();
    if (those.size() != 1) {
      throw new AssertionError(those.size() + " of " + subject + " in " + found);
    }
    return those.get(0);
  }
}
