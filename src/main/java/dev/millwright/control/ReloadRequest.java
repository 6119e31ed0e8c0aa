package dev.millwright.control;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Set;

/**
 * That the daemon reads its configuration anew.
 *
 * @param dryRun only says what would happen
 */
public record ReloadRequest(boolean dryRun) implements Request {

  static final String TYPE = "reload";
  private static final String DRY_RUN = "dry_run";
  private static final Set<String> KEYS = Set.of("type", DRY_RUN);

  @Override
  public String json() {
    JsonObject json = new JsonObject();
    json.addProperty("type", TYPE);
    json.addProperty(DRY_RUN, dryRun);
    return json.toString();
  }

  static ReloadRequest of(JsonObject json) {
    ControlRequest.requireKnown(json, KEYS);
    JsonElement dry = json.get(DRY_RUN);
    if (dry == null) {
      return new ReloadRequest(false);
    }
    if (dry instanceof JsonPrimitive told && told.isBoolean()) {
      return new ReloadRequest(told.getAsBoolean());
    }
    throw new IllegalArgumentException(DRY_RUN + " is neither true nor false");
  }
}
