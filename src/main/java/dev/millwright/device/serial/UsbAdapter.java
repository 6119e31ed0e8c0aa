package dev.millwright.device.serial;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a USB adapter says of itself (Universal Serial Bus 2.0, 9.6.1); a text is null when it does
 * not say it.
 *
 * @param vendorId four hexadecimal digits, such as {@code 0403}
 * @param productId the same
 * @param manufacturer in words
 * @param product in words
 * @param serialNumber tells two adapters of one product apart; cheap ones have none
 */
public record UsbAdapter(
    String vendorId, String productId, String manufacturer, String product, String serialNumber) {

  /** For a person: {@code FTDI FT232R USB UART (0403:6001), serial number A50285BI}. */
  @Override
  public String toString() {
    String name =
        Stream.of(manufacturer, product)
            .filter(Objects::nonNull)
            .distinct()
            .collect(Collectors.joining(" "));
    return (name.isEmpty() ? "USB adapter" : name)
        + " ("
        + vendorId
        + ":"
        + productId
        + "), "
        + (serialNumber == null ? "no serial number" : "serial number " + serialNumber);
  }
}
