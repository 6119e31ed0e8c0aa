package dev.millwright.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * All that was measured on one machine, of one commit, in one size.
 *
 * @param machine what it was measured on
 * @param commit of the sources; ends in "+" when they were changed
 * @param quick whether the sizes were small, which shows only that it runs
 * @param parts in the order of the page
 */
public record Results(Machine machine, String commit, boolean quick, List<Part> parts) {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  public Results {
    parts = List.copyOf(parts);
  }

  public static Results read(Path file) throws IOException {
    return GSON.fromJson(Files.readString(file), Results.class);
  }

  /** Whole or not at all, as a run may be broken off at any moment. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, GSON.toJson(this) + "\n");
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether both can stand on one page; changed sources are like none. */
  public boolean isLike(Results other) {
    return machine.equals(other.machine)
        && commit.equals(other.commit)
        && !commit.endsWith("+")
        && quick == other.quick;
  }

  /** Which of these parts are not there, or were broken off. */
  public List<String> missing(List<String> names) {
    List<String> whole =
        parts.stream().filter(part -> part.course().failure() == null).map(Part::name).toList();
    return names.stream().filter(name -> !whole.contains(name)).toList();
  }

  /**
   * With this part, in place of an older one of its name.
   *
   * @param order the names of all parts, as they come on the page
   */
  public Results with(Part part, List<String> order) {
    List<Part> all = new ArrayList<>(parts);
    all.removeIf(old -> old.name().equals(part.name()));
    all.add(part);
    all.removeIf(old -> !order.contains(old.name()));
    all.sort((one, next) -> order.indexOf(one.name()) - order.indexOf(next.name()));
    return new Results(machine, commit, quick, all);
  }
}
