package dev.millwright.cli;

import dev.millwright.device.opcua.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An object on a server that may be a machine, with the variables that may be its tags.
 *
 * @param object the object
 * @param model the companion specification by which it is known; null when it was guessed
 * @param tags the variables, by what they mean in {@code [lifecycle]}
 * @param others variables that nobody has guessed at
 */
record Candidate(Seen object, Model model, Map<String, Seen> tags, List<Seen> others) {

  /** State models that type definitions tell. */
  enum Model {
    /** OPC 30050, PackML: the number of the present state, as in ISA-TR88.00.02. */
    PACKML(
        "ISA-TR88.00.02: 4 and 15 are idle, 17 is complete, 2 and 7 are stopped, 1, 8 and 9 are an"
            + " error; all others are a run"),
    /** OPC 40001-1, Machinery: MachineryItemState, its CurrentState as a number or a text. */
    MACHINERY(
        "OPC 40001-1: NotExecuting (2) is idle, Executing (3) is a run, OutOfService (1) is an error,"
            + " NotAvailable (0) is offline");

    private final String words;

    Model(String words) {
      this.words = words;
    }

    /** What its states mean here, for people. */
    String words() {
      return words;
    }

    /** Its name in {@code [lifecycle] state}. */
    String profile() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String PACKML = "http://opcfoundation.org/UA/PackML/";
  private static final String MACHINERY = "http://opcfoundation.org/UA/Machinery/";

  private static final Set<String> WHOLE =
      Set.of("SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64");

  /** What the words of a name mean; the first that fits, and each once. */
  private static final Map<String, Pattern> NAMES = names();

  private static Map<String, Pattern> names() {
    Map<String, Pattern> names = new LinkedHashMap<>();
    names.put("state", named("(machine|unit|current|operating)?_?(state|status|mode|zustand)"));
    names.put("counter", named(".*(cycle|counter|count|cycles|parts|pieces|stueck|stück).*"));
    names.put("batch", named(".*(batch|lot|charge).*"));
    names.put("recipe", named(".*(recipe|rezept|program|product|job).*"));
    names.put("component", named(".*(component|module|assembly|baugruppe).*"));
    names.put("fault", named(".*(fault|error|alarm|failure|message|stoerung|störung).*"));
    return names;
  }

  private static Pattern named(String pattern) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /** All in a tree that have a state, those that are known by their types first. */
  static List<Candidate> in(Seen root) {
    List<Candidate> found = new ArrayList<>();
    search(root, found);
    List<Candidate> sorted = new ArrayList<>();
    found.stream().filter(candidate -> candidate.model() != null).forEach(sorted::add);
    found.stream().filter(candidate -> candidate.model() == null).forEach(sorted::add);
    return sorted;
  }

  private static void search(Seen object, List<Candidate> found) {
    Candidate candidate = isPackMl(object) ? packMl(object) : machinery(object);
    if (candidate == null) {
      candidate = guessed(object);
    }
    if (candidate != null) {
      found.add(candidate);
      return; // what lies deeper belongs to it
    }
    object.below().forEach(child -> search(child, found));
  }

  private static boolean isPackMl(Seen object) {
    return PACKML.equals(object.typeUri()) && "PackMLBaseObjectType".equals(object.type());
  }

  /** Its Status/StateCurrent (OPC 30050, PackMLStatusObjectType) is a number of ISA-TR88. */
  private static Candidate packMl(Seen object) {
    Seen state = variable(object, "StateCurrent", 3);
    if (state == null) {
      return null;
    }
    Candidate rest = all(object, Model.PACKML);
    rest.tags().put("state", state);
    rest.others().remove(state);
    return rest;
  }

  /** An object with a MachineryItemState anywhere in its building blocks. */
  private static Candidate machinery(Seen object) {
    Seen machine = typed(object, "MachineryItemState_StateMachineType", 2);
    Seen state = machine == null ? null : variable(machine, "CurrentState", 1);
    boolean block = "MachineryBuildingBlocks".equals(object.name());
    if (state == null || block || object.equals(machine) || object.node().equals("i=85")) {
      return null;
    }
    // The text may be in the server's language; the number is the same everywhere.
    Seen number = variable(state, "Number", 1);
    boolean shown = number != null && number.value() != null && number.value().value() != null;
    Seen tag = shown ? number : state;
    Candidate rest = all(object, Model.MACHINERY);
    rest.tags().put("state", tag);
    rest.others().remove(tag);
    return rest;
  }

  /** An object with a state among its own variables. */
  private static Candidate guessed(Seen object) {
    Candidate all = sorted(object, null, object.below().stream().filter(Seen::isVariable).toList());
    return all.tags().containsKey("state") ? all : null;
  }

  private static Candidate all(Seen object, Model model) {
    List<Seen> variables = new ArrayList<>();
    gather(object, variables);
    return sorted(object, model, variables);
  }

  private static Candidate sorted(Seen object, Model model, List<Seen> variables) {
    Map<String, Seen> tags = new LinkedHashMap<>();
    List<Seen> others = new ArrayList<>();
    for (Seen variable : variables) {
      String meaning = meaning(variable, tags.keySet());
      if (meaning == null) {
        others.add(variable);
      } else {
        tags.put(meaning, variable);
      }
    }
    return new Candidate(object, model, tags, others);
  }

  private static String meaning(Seen variable, Set<String> taken) {
    for (Map.Entry<String, Pattern> name : NAMES.entrySet()) {
      if (!taken.contains(name.getKey())
          && name.getValue().matcher(variable.name()).matches()
          && fits(name.getKey(), variable)) {
        return name.getKey();
      }
    }
    return null;
  }

  private static boolean fits(String meaning, Seen variable) {
    String type = String.valueOf(variable.type());
    boolean text = type.equals("String") || type.equals("LocalizedText");
    boolean whole =
        WHOLE.contains(type)
            || (variable.value() != null && variable.value().value() instanceof Long);
    return switch (meaning) {
      case "state" -> whole || text;
      case "counter" -> whole;
      case "batch" -> whole || text;
      default -> text;
    };
  }

  /** Where the object names itself (OPC 10000-100, Identification), else its name on the server. */
  String serialNumber() {
    Seen named = variable(object, "SerialNumber", 4);
    boolean told = named != null && named.value() != null && named.value().value() != null;
    String text = told ? named.value().text() : object.name();
    return text == null || text.isBlank() ? object.name() : text.strip();
  }

  private static Seen typed(Seen seen, String type, int depth) {
    if (MACHINERY.equals(seen.typeUri()) && type.equals(seen.type())) {
      return seen;
    }
    for (Seen child : depth == 0 ? List.<Seen>of() : seen.below()) {
      Seen found = typed(child, type, depth - 1);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static Seen variable(Seen seen, String name, int depth) {
    for (Seen child : depth == 0 ? List.<Seen>of() : seen.below()) {
      if (child.isVariable() && child.name().equals(name)) {
        return child;
      }
    }
    for (Seen child : depth <= 1 ? List.<Seen>of() : seen.below()) {
      Seen found = variable(child, name, depth - 1);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static void gather(Seen seen, List<Seen> variables) {
    for (Seen child : seen.below()) {
      if (child.isVariable()) {
        variables.add(child);
      }
      gather(child, variables);
    }
  }
}
