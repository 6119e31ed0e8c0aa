package dev.millwright.cli;

import dev.millwright.daemon.Build;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes the manual's pages of section 1 and the bash completion from the commands' definitions.
 */
public final class Manual {

  private static final String NAME = "millwright";
  private static final String CONFIGURATION = "millwright.toml";

  /** What stands at the foot of each page. */
  private static final String SOURCE = NAME + " " + Build.version();

  /** One line of synopsis; man breaks it where the terminal ends. */
  private static final int WIDTH = 2000;

  private Manual() {}

  /**
   * Writes into a folder, as the build does: {@code man/man1}, {@code man/man5} and {@code
   * completion}. The same commands give the same bytes.
   *
   * @param args the folder, made where it is missing; the guide to the configuration
   * @throws IOException if the guide cannot be read or a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path commands = Files.createDirectories(Path.of(args[0], "man/man1"));
    CommandLine program = Main.commandLine();
    write(commands.resolve(NAME + ".1.gz"), page(program));
    for (CommandLine command : visible(program)) {
      write(commands.resolve(pageName(command) + ".1.gz"), page(command));
    }
    Path formats = Files.createDirectories(Path.of(args[0], "man/man5"));
    write(
        formats.resolve(CONFIGURATION + ".5.gz"),
        configuration(Files.readString(Path.of(args[1]))));
    Path completion = Files.createDirectories(Path.of(args[0], "completion")).resolve(NAME);
    Files.writeString(completion, completion(program));
  }

  /** A page as roff, with the macros of man(7); the commands of a command are on its page. */
  static String page(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    Roff page = new Roff();
    page.title(pageName(command).toUpperCase(Locale.ROOT), 1, SOURCE);
    page.section("NAME");
    page.line(Roff.text(pageName(command)) + " \\- " + Roff.text(summary(spec)));
    page.section("SYNOPSIS");
    synopsis(page, command);
    page.section("DESCRIPTION");
    describe(page, spec);
    boolean program = spec.parent() == null;
    page.section("OPTIONS");
    options(page, spec);
    if (!visible(command).isEmpty()) {
      page.section("COMMANDS");
    }
    for (CommandLine each : visible(command)) {
      if (program) {
        page.item(Roff.bold(pageName(each)) + "(1)", summary(each.getCommandSpec()));
      } else {
        part(page, each);
      }
    }
    footer(page, spec);
    page.section("SEE ALSO");
    page.line(program ? "" : Roff.bold(NAME) + "(1),");
    page.line(Roff.bold(CONFIGURATION) + "(5),");
    page.words("the guides in /usr/share/doc/millwright, operations.md first");
    return page.toString();
  }

  /** For bash; sourced by bash-completion, so without the first line that picocli gives it. */
  static String completion(CommandLine program) {
    return AutoComplete.bash(NAME, program).replaceFirst("^#!.*\n", "");
  }

  private static void part(Roff page, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    page.subsection(spec.qualifiedName());
    synopsis(page, command);
    page.paragraph();
    describe(page, spec);
    options(page, spec);
    for (String paragraph : paragraphs(spec.usageMessage().footer())) {
      page.paragraph();
      page.words(paragraph);
    }
  }

  private static void synopsis(Roff page, CommandLine command) {
    command.setUsageHelpWidth(WIDTH);
    page.words(
        new Help(command.getCommandSpec(), Help.defaultColorScheme(Help.Ansi.OFF)).synopsis(0));
  }

  /** Lines that are set in tell of one word each, as those of {@code migrate} do. */
  private static void describe(Roff page, CommandSpec spec) {
    for (String line : spec.usageMessage().description()) {
      String[] parts = line.strip().split("\\s{2,}", 2);
      if (line.startsWith(" ") && parts.length == 2) {
        page.item(Roff.bold(parts[0]), parts[1]);
      } else {
        page.words(line);
      }
    }
  }

  private static void options(Roff page, CommandSpec spec) {
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (!parameter.hidden()) {
        page.item(Roff.bold(parameter.paramLabel()), String.join(" ", parameter.description()));
      }
    }
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        String label = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
        page.item(
            Roff.bold(String.join(", ", option.names()) + label),
            String.join(" ", option.description()));
      }
    }
  }

  private static void footer(Roff page, CommandSpec spec) {
    for (String paragraph : paragraphs(spec.usageMessage().footer())) {
      int colon = paragraph.indexOf(": ");
      String heading = colon < 0 ? "NOTES" : paragraph.substring(0, colon);
      page.section(heading.toUpperCase(Locale.ROOT));
      page.words(paragraph.substring(colon < 0 ? 0 : colon + 2));
    }
  }

  /** The lines of a footer, of which the examples and what follows an empty line stand apart. */
  private static List<String> paragraphs(String[] lines) {
    List<String> paragraphs = new ArrayList<>();
    boolean apart = true;
    for (String line : lines) {
      if (line.isBlank()) {
        apart = true;
      } else if (apart || line.startsWith("Example")) {
        paragraphs.add(line.strip());
        apart = false;
      } else {
        int last = paragraphs.size() - 1;
        paragraphs.set(last, paragraphs.get(last) + " " + line.strip());
      }
    }
    return paragraphs;
  }

  private static String summary(CommandSpec spec) {
    String description = String.join(" ", spec.usageMessage().description());
    int end = description.indexOf(". ");
    return (end < 0 ? description : description.substring(0, end)).replaceFirst("\\.$", "");
  }

  private static String pageName(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private static List<CommandLine> visible(CommandLine command) {
    Collection<CommandLine> all = command.getSubcommands().values();
    return all.stream()
        .distinct()
        .filter(each -> !each.getCommandSpec().usageMessage().hidden())
        .filter(each -> !each.getCommandName().equals("help"))
        .toList();
  }

  private static String configuration(String guide) {
    Roff page = new Roff();
    page.title(CONFIGURATION.toUpperCase(Locale.ROOT), 5, SOURCE);
    page.section("NAME");
    page.line(Roff.text(CONFIGURATION) + " \\- the configuration of millwright");
    page.section("DESCRIPTION");
    page.words(
        "/etc/millwright/millwright.toml, and beside it machines/*.toml and recipes/*.toml.");
    MarkdownPage.append(guide, page);
    page.section("SEE ALSO");
    page.line(Roff.bold(NAME) + "(1), " + Roff.bold(NAME + "-check") + "(1)");
    return page.toString();
  }

  private static void write(Path file, String page) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream to = new Smallest(packed)) {
      to.write(page.getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = packed.toByteArray();
    bytes[Smallest.EXTRA_FLAGS] = Smallest.SLOWEST;
    Files.write(file, bytes);
  }

  /** As {@code gzip -9n}, which Debian's policy asks for (12.1) and lintian looks for. */
  private static final class Smallest extends GZIPOutputStream {
    /** Where a file says how it was made, and what for (RFC 1952, 2.3.1: XFL). */
    private static final int EXTRA_FLAGS = 8;

    private static final byte SLOWEST = 2;

    Smallest(OutputStream to) throws IOException {
      super(to);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
