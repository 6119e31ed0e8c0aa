package dev.millwright.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recipe as its file says it (ISA-88: a control recipe's procedure with its formula).
 *
 * @param name how it is called
 * @param hash SHA-256 of the file's bytes, in hexadecimal
 * @param source the whole file
 * @param parameters by name, in the file's order
 * @param preconditions what a machine has to show before
 * @param steps at least one, in order
 */
public record Recipe(
    String name,
    String hash,
    String source,
    Map<String, Parameter> parameters,
    List<Precondition> preconditions,
    List<Step> steps) {

  /** How deep repeats may be nested where the file says nothing else. */
  public static final int DEPTH = 16;

  /** How deep they may be nested at all. */
  public static final int MOST_DEPTH = 64;

  public Recipe {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    preconditions = List.copyOf(preconditions);
    steps = List.copyOf(steps);
  }

  /**
   * What is wrong whatever the parameters are; and, for a machine, what does not go with its tags.
   *
   * @param tags the machine's tags by name; null to judge the recipe alone
   * @return empty when nothing is
   */
  public List<Problem> problems(Map<String, TagKind> tags) {
    return new Binding(this, tags, null).problems();
  }

  /**
   * The recipe with these parameters on a machine with these tags.
   *
   * @param given the parameters' values by name: a {@link Boolean}, {@link Long}, {@link Double} or
   *     {@link String} each
   * @param tags the machine's tags by name; null to judge the recipe alone, for a program that no
   *     machine runs
   * @throws RecipeException with every reason why it cannot run there
   */
  public Program bind(Map<String, Object> given, Map<String, TagKind> tags) throws RecipeException {
    return new Binding(this, tags, given).program();
  }
}
