package dev.millwright.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used. The message is the whole list, to be printed as it is. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  ConfigException(List<Mistake> mistakes) {
    super(text(mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** All mistakes of all files, by file and line; at least one. */
  public List<Mistake> mistakes() {
    return mistakes;
  }

  private static String text(List<Mistake> mistakes) {
    String count = mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes";
    return mistakes.stream()
        .map(Mistake::toString)
        .collect(Collectors.joining("\n", "", "\n" + count + " in the configuration"));
  }
}
