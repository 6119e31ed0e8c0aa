package dev.millwright.device.opcua;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads browse paths: the text form of relative paths (OPC 10000-4, Annex A.2) without named
 * reference types, and with namespaces by URI as in OPC 10000-6, 5.1.12.
 *
 * <pre>{@code
 * path = 1*( ( "/" | "." ) [ index ":" | "nsu=" uri ";" ] name )
 * }</pre>
 *
 * In a name, each of {@code / . < > : # ! &} has a {@code &} before it; in a URI, {@code ;} is
 * {@code %3B} and {@code %} is {@code %25}.
 */
final class NodePath {

  /** No controller nests as deep. */
  private static final int MOST_STEPS = 64;

  private static final int LONGEST_NAME = 512;
  private static final String RESERVED = "/.<>:#!&";
  private static final String URI = "nsu=";

  private final String text;
  private int at;

  private NodePath(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException when it is no path, in words about the key {@code path}
   */
  static List<PathStep> parse(String text) {
    NodePath path = new NodePath(text);
    List<PathStep> steps = new ArrayList<>();
    do {
      steps.add(path.step());
    } while (path.at < text.length());
    if (steps.size() > MOST_STEPS) {
      throw path.wrong("has " + steps.size() + " steps; " + MOST_STEPS + " is the most");
    }
    return steps;
  }

  private PathStep step() {
    int begin = at;
    char kind = at < text.length() ? text.charAt(at) : 0;
    if (kind == '<') {
      throw wrong("names a type of reference (<…>); only / and . are supported");
    }
    if (kind != '/' && kind != '.') {
      throw wrong("does not begin with / or .");
    }
    at++;
    String uri = uri();
    int index = uri == null ? index() : 0;
    String name = name();
    return new PathStep(kind == '.', uri, index, name, text.substring(begin, at));
  }

  /** Null when the step does not begin with one. */
  private String uri() {
    if (!text.startsWith(URI, at)) {
      return null;
    }
    int end = text.indexOf(';', at);
    if (end < 0) {
      throw wrong("has a namespace URI without a ; after it");
    }
    String uri = text.substring(at + URI.length(), end);
    if (uri.isEmpty()) {
      throw wrong("has an empty namespace URI");
    }
    at = end + 1;
    return uri.replaceAll("%3[Bb]", ";").replace("%25", "%");
  }

  private int index() {
    int end = at;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == at || end == text.length() || text.charAt(end) != ':') {
      return 0;
    }
    String digits = text.substring(at, end);
    if (digits.length() > 5 || Integer.parseInt(digits) > 65_535) {
      throw wrong("has the namespace index " + digits + "; 65535 is the most");
    }
    at = end + 1;
    return Integer.parseInt(digits);
  }

  private String name() {
    StringBuilder name = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '/' && text.charAt(at) != '.') {
      char next = text.charAt(at++);
      if (next == '&') {
        if (at == text.length() || RESERVED.indexOf(text.charAt(at)) < 0) {
          throw wrong("has a & that is not before one of " + RESERVED + "; & itself is &&");
        }
        next = text.charAt(at++);
      } else if (RESERVED.indexOf(next) >= 0) {
        throw wrong("has a " + next + " in a name, which is written &" + next);
      }
      name.append(next);
    }
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw wrong(
          name.isEmpty()
              ? "has an empty name; a / or . in a name is written &/ or &."
              : "has a name of " + name.length() + " characters; " + LONGEST_NAME + " is the most");
    }
    return name.toString();
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "path: \"%s\" %s; it looks like \"/Objects/2:Press/nsu=urn:press;State\""
            .formatted(text, what));
  }
}
