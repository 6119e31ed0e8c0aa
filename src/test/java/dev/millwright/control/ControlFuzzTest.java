package dev.millwright.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Command.Source;
import dev.millwright.runtime.CommandReader;
import dev.millwright.runtime.CommandReader.Reading;
import java.time.Instant;
import java.util.UUID;

/** Whatever comes over the socket is a command within its limits, or a mistake in words. */
class ControlFuzzTest {

  @FuzzTest
  void requests(FuzzedDataProvider data) {
    Request asked;
    try {
      asked = Request.parse(data.consumeRemainingAsString());
    } catch (IllegalArgumentException e) {
      assertNotNull(e.getMessage());
      return;
    }
    if (!(asked instanceof ControlRequest request)) {
      assertEquals(asked, Request.parse(asked.json()));
      return;
    }
    Reading reading =
        CommandReader.read(request.row(new UUID(1, 1), "somebody", Instant.EPOCH), Source.CONTROL);
    if (reading.mistake() == null) {
      Command command = reading.command();
      command
          .parameters()
          .forEach(
              (name, value) ->
                  assertTrue(
                      value instanceof Boolean
                          || value instanceof Long
                          || value instanceof String
                          || (value instanceof Double real && Double.isFinite(real)),
                      name + " is " + value));
    } else {
      assertTrue(!reading.mistake().isBlank());
    }
  }
}
