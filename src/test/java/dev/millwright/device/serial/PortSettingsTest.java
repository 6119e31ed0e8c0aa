package dev.millwright.device.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PortSettingsTest {

  @Test
  void impossible_values_are_refused_by_the_name_of_their_key() {
    refused("baud: 12 is not between 50 and 4000000", () -> PortSettings.of("/dev/x", 12));
    refused("baud: 4000001", () -> PortSettings.of("/dev/x", 4_000_001));
    refused("port: ttyS0 is not an absolute path", () -> PortSettings.of("ttyS0", 9600));
    refused("port: null", () -> PortSettings.of(null, 9600));
    refused("data_bits: 9", () -> port(9, StopBits.ONE));
    refused("data_bits: 4", () -> port(4, StopBits.ONE));
    assertEquals(50, PortSettings.of("/dev/x", 50).baud());
  }

  /** The library would make 1.5 into 1 without a word, and a UART 2 into 1.5. */
  @Test
  void stop_bits_that_the_hardware_cannot_do_are_refused() {
    refused(
        "stop_bits: 1.5 is impossible with data_bits 8", () -> port(8, StopBits.ONE_AND_A_HALF));
    refused("stop_bits: 2.0 is impossible with data_bits 5", () -> port(5, StopBits.TWO));
    assertEquals(StopBits.ONE_AND_A_HALF, port(5, StopBits.of(1.5)).stopBits());
    assertEquals(StopBits.TWO, port(7, StopBits.of(2)).stopBits());
  }

  @Test
  void rs485_delays_are_in_the_kernels_unit() {
    refused("delay_before: 1500 µs", () -> rs485(Duration.ofNanos(1_500_000), null));
    refused("delay_after: 101000 µs", () -> rs485(null, Duration.ofMillis(101)));
    refused("delay_after: -1000 µs", () -> rs485(null, Duration.ofMillis(-1)));
    assertEquals(
        new Rs485(true, Duration.ofMillis(2), Duration.ZERO, false, false),
        rs485(Duration.ofMillis(2), null));
  }

  private static void refused(String start, Executable settings) {
    String message = assertThrows(IllegalArgumentException.class, settings).getMessage();
    assertTrue(message.startsWith(start), message);
  }

  private static PortSettings port(int dataBits, StopBits stopBits) {
    return new PortSettings("/dev/x", 9600, dataBits, Parity.NONE, stopBits, null);
  }

  private static Rs485 rs485(Duration before, Duration after) {
    return new Rs485(null, before, after, null, null);
  }
}
