package dev.millwright.config;

import dev.millwright.recipe.TagKind;
import dev.millwright.settings.Access;
import dev.millwright.settings.ValueKind;
import java.util.LinkedHashMap;
import java.util.Map;

/** What recipes may expect of a machine's tags, as its file describes them. */
public final class TagKinds {

  private TagKinds() {}

  /** By name; empty for a protocol that brings its own tags, which no recipe steps. */
  public static Map<String, TagKind> of(MachineSettings machine) {
    Map<String, TagKind> kinds = new LinkedHashMap<>();
    machine.tags().forEach((name, tag) -> kinds.put(name, kind(tag)));
    return kinds;
  }

  private static TagKind kind(Record tag) {
    Access access = tag instanceof Access.Stated its ? its.access() : Access.READ_WRITE;
    if (!(tag instanceof ValueKind.Stated its)) {
      return TagKind.unknown(access.reads(), access.writes());
    }
    ValueKind kind = its.kind();
    return new TagKind(
        kind.type() == null ? null : TagKind.Type.valueOf(kind.type().name()),
        kind.min(),
        kind.max(),
        access.reads(),
        access.writes(),
        kind.unit());
  }
}
