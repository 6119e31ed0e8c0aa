package dev.millwright.device;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The same age for each tag. What is read with one question is so old as a whole, and nearly all is
 * read so: a table of it would be made for each observation.
 */
final class AgeOfAll extends AbstractMap<String, Age> {

  private final Set<String> tags;
  private final Age age;

  /**
   * @param tags never change
   */
  AgeOfAll(Set<String> tags, Age age) {
    this.tags = tags;
    this.age = age;
  }

  @Override
  public boolean containsKey(Object tag) {
    return tags.contains(tag);
  }

  @Override
  public Age get(Object tag) {
    return tags.contains(tag) ? age : null;
  }

  @Override
  public Set<Map.Entry<String, Age>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, Age>> iterator() {
        return tags.stream().map(tag -> Map.entry(tag, age)).iterator();
      }

      @Override
      public int size() {
        return tags.size();
      }
    };
  }
}
