package dev.millwright.device.opcua;

import dev.millwright.device.TagValue;
import java.util.ArrayList;
import java.util.List;

/**
 * A node on a server, and what lies below it as far as somebody has looked.
 *
 * @param node as a machine's file takes it: {@code nsu=urn:press;s=State}
 * @param name its browse name, without the namespace
 * @param nodeClass {@code Object}, {@code Variable}, {@code Method} and so on
 * @param type of a variable the data type, of others the type definition; null where not known
 * @param typeUri the namespace of that type; null where not known
 * @param access of a variable for this user: {@code r}, {@code rw}, {@code w} or {@code -}; else
 *     null
 * @param value of a variable; else null
 * @param note what stands against looking further; null when nothing does
 * @param below what lies below; grows while somebody looks around
 */
public record Seen(
    String node,
    String name,
    String nodeClass,
    String type,
    String typeUri,
    String access,
    TagValue value,
    String note,
    List<Seen> below) {

  /** Whether it has a value. */
  public boolean isVariable() {
    return nodeClass.equals("Variable");
  }

  Seen noted(String words) {
    return new Seen(
        node, name, nodeClass, type, typeUri, access, value, words, new ArrayList<>(below));
  }
}
