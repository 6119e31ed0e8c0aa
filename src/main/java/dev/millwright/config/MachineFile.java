package dev.millwright.config;

import dev.millwright.settings.Default;
import dev.millwright.settings.Rules;
import java.time.Duration;

/** The keys that every machine file has, outside of its tables. */
record MachineFile(
    String serialNumber,
    String protocol,
    @Default("5s") Duration staleAfter,
    @Default("false") boolean register,
    @Default("false") boolean acceptUncertain,
    @Default("false") boolean trace) {

  MachineFile {
    new Rules()
        .name("serial_number", serialNumber)
        .within("stale_after", staleAfter, Duration.ofMillis(200), Duration.ofHours(24))
        .check();
  }
}
