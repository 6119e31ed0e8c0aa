package dev.millwright.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.millwright.device.serial.Holder;
import dev.millwright.device.serial.Port;
import dev.millwright.device.serial.UsbAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Serial ports as a person or a program wants to see them. */
final class PortsView {

  private PortsView() {}

  /**
   * A block of lines for each port.
   *
   * @param hidden how many processes' open files this user may not see
   */
  static List<String> lines(List<PortRow> rows, int hidden) {
    List<String> lines = new ArrayList<>();
    for (PortRow row : rows) {
      if (row.port() == null) {
        lines.add(row.names().get(0) + "  NOT THERE");
      } else {
        lines.addAll(lines(row.port(), hidden));
        add(lines, "config", row.names());
      }
      add(lines, "machines", row.machines());
      lines.add(field("problem", row.problem() == null ? "none seen" : row.problem()));
      lines.add("");
    }
    lines.add(
        rows.isEmpty()
            ? "this host has no serial ports; 'dmesg' tells whether a plugged-in adapter was seen"
            : total(rows));
    if (hidden > 0) {
      String user = System.getProperty("user.name");
      lines.add(
          (hidden == 1
                  ? "the open files of 1 process are"
                  : "the open files of " + hidden + " processes are")
              + " not shown to user "
              + user
              + (user.equals("root") ? "" : "; root sees more: sudo millwright ports"));
    }
    return lines;
  }

  private static List<String> lines(Port port, int hidden) {
    List<String> lines = new ArrayList<>();
    String hardware = port.usb() == null ? port.uart() : port.usb().toString();
    lines.add(port.device() + (hardware == null ? "" : "  " + hardware));
    add(lines, "by-id", port.byId());
    add(lines, "by-path", port.byPath());
    if (port.usb() != null && port.byId().isEmpty()) {
      lines.add(
          field("by-id", "none: udev is missing, or another adapter has the same; use by-path"));
    }
    if (port.driver() != null) {
      lines.add(field("driver", port.driver()));
    }
    lines.add(field("held by", heldBy(port.holders(), hidden)));
    return lines;
  }

  private static String heldBy(List<Holder> holders, int hidden) {
    if (holders.isEmpty()) {
      return hidden == 0 ? "nobody" : "nobody that this user may see";
    }
    return holders.stream()
        .map(holder -> holder + (holder.locked() ? ", locked" : ", not locked"))
        .collect(Collectors.joining("; "));
  }

  private static String total(List<PortRow> rows) {
    long absent = rows.stream().filter(row -> row.port() == null).count();
    long present = rows.size() - absent;
    return present
        + (present == 1 ? " port" : " ports")
        + (absent == 0 ? "" : "; " + absent + " that the configuration names not there");
  }

  private static void add(List<String> lines, String name, List<?> values) {
    if (!values.isEmpty()) {
      lines.add(
          field(name, values.stream().map(Object::toString).collect(Collectors.joining(", "))));
    }
  }

  private static String field(String name, String value) {
    return "  %-9s %s".formatted(name, value);
  }

  /** One object; a key whose value is not known is there and null. */
  static String json(PortRow row, int hidden) {
    Port port = row.port();
    JsonObject json = new JsonObject();
    json.addProperty("port", port == null ? row.names().get(0) : port.device().toString());
    json.addProperty("present", port != null);
    json.add("by_id", array(port == null ? List.of() : port.byId()));
    json.add("by_path", array(port == null ? List.of() : port.byPath()));
    json.addProperty("driver", port == null ? null : port.driver());
    json.addProperty("uart", port == null ? null : port.uart());
    json.add("usb", port == null ? JsonNull.INSTANCE : json(port.usb()));
    JsonArray holders = new JsonArray();
    if (port != null) {
      port.holders().forEach(holder -> holders.add(json(holder)));
    }
    json.add("holders", holders);
    json.addProperty("hidden_processes", hidden);
    json.add("configured_as", array(row.names()));
    json.add("machines", array(row.machines()));
    json.addProperty("problem", row.problem());
    return Json.of(json);
  }

  private static JsonElement json(UsbAdapter usb) {
    if (usb == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("vendor_id", usb.vendorId());
    json.addProperty("product_id", usb.productId());
    json.addProperty("manufacturer", usb.manufacturer());
    json.addProperty("product", usb.product());
    json.addProperty("serial_number", usb.serialNumber());
    return json;
  }

  private static JsonObject json(Holder holder) {
    JsonObject json = new JsonObject();
    json.addProperty("pid", holder.pid());
    json.addProperty("program", holder.program());
    json.addProperty("locked", holder.locked());
    return json;
  }

  private static JsonArray array(List<?> values) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(value.toString()));
    return array;
  }
}
