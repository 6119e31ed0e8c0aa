package dev.millwright.consolidation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Phases in the order in which they are applied.
 *
 * @param name such as {@code schema}
 * @param phases one or more
 */
public record Plan(String name, List<Phase> phases) {

  /** Where the files of a plan come from. */
  private interface Source {
    /** The file's bytes; null when there is no such file. */
    byte[] read(String path) throws IOException;
  }

  public Plan {
    phases = List.copyOf(phases);
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("plan " + name + " has no phases");
    }
  }

  /** The names of the plans that Millwright brings along. */
  public static List<String> names() {
    return lines(shared("index.txt"));
  }

  /** A file that Millwright brings along. */
  static String shared(String path) {
    try {
      return text(Plan::resource, path);
    } catch (PlanException e) {
      throw new IllegalStateException("the build is not whole", e);
    }
  }

  /**
   * Reads a plan that Millwright brings along.
   *
   * @throws PlanException when there is no plan of that name
   */
  public static Plan load(String name) throws PlanException {
    if (!names().contains(name)) {
      throw new PlanException(
          "plan \"" + name + "\" is unknown; there are: " + String.join(", ", names()));
    }
    return read(name, path -> resource(name + "/" + path));
  }

  /**
   * Reads a plan of one's own; it has the folder's name.
   *
   * @throws PlanException when a file is missing or cannot be read
   */
  public static Plan load(Path folder) throws PlanException {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    return read(
        name,
        path -> {
          Path file = folder.resolve(path);
          return Files.exists(file) ? Files.readAllBytes(file) : null;
        });
  }

  private static Plan read(String name, Source source) throws PlanException {
    List<Phase> phases = new ArrayList<>();
    for (String phase : lines(text(source, "phases.txt"))) {
      phases.add(
          new Phase(
              phase,
              textOrEmpty(source, phase + "/lock.sql"),
              text(source, phase + "/check.sql"),
              textOrEmpty(source, phase + "/preview.sql"),
              text(source, phase + "/apply.sql"),
              text(source, phase + "/verify.sql"),
              text(source, phase + "/rollback.sql"),
              lines(textOrEmpty(source, phase + "/tables.txt"))));
    }
    if (phases.isEmpty()) {
      throw new PlanException("plan " + name + ": phases.txt names no phase");
    }
    return new Plan(name, phases);
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

  boolean has(String phase) {
    return phases.stream().anyMatch(known -> known.name().equals(phase));
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

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  private static String text(Source source, String path) throws PlanException {
    String text = textOrNull(source, path);
    if (text == null) {
      throw new PlanException("there is no file " + path + ", which a plan needs");
    }
    return text;
  }

  private static String textOrEmpty(Source source, String path) throws PlanException {
    String text = textOrNull(source, path);
    return text == null ? "" : text;
  }

  private static String textOrNull(Source source, String path) throws PlanException {
    return Includes.text(path, file -> fileOrNull(source, file));
  }

  /** Lines end in \n however the file was checked out, as the checksum must not depend on that. */
  private static String fileOrNull(Source source, String path) throws PlanException {
    try {
      byte[] bytes = source.read(path);
      return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new PlanException("file " + path + " of the plan cannot be read: " + e, e);
    }
  }

  private static byte[] resource(String path) {
    String normal = URI.create("plans/" + path).normalize().toString();
    try (InputStream in = Plan.class.getResourceAsStream(normal)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
