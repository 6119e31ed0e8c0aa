package dev.millwright.config;

import dev.millwright.recipe.TagKind;
import dev.millwright.runtime.Control;
import dev.millwright.settings.Access;
import dev.millwright.settings.ValueKind;
import java.util.LinkedHashMap;
import java.util.Map;

/** What recipes may expect of a machine's tags, as its file or its protocol describes them. */
public final class TagKinds {

  private TagKinds() {}

  /** By name. */
  public static Map<String, TagKind> of(MachineSettings machine) {
    Map<String, TagKind> kinds = new LinkedHashMap<>();
    machine.tags().forEach((name, tag) -> kinds.put(name, kind(tag)));
    if (machine.control() instanceof Control.Driven driven) {
      driven
          .settings()
          .timed()
          .forEach((name, how) -> kinds.computeIfPresent(name, (tag, kind) -> kind.with(how)));
    }
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
