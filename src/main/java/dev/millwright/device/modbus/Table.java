package dev.millwright.device.modbus;

import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsRequest;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadInputRegistersRequest;
import java.util.Arrays;
import java.util.Locale;

/** The four tables of a unit (Modbus Application Protocol 1.1b3, 4.3), and how each is read. */
enum Table {
  COIL(2_000),
  DISCRETE(2_000),
  INPUT(125),
  HOLDING(125);

  private final int most;

  Table(int most) {
    this.most = most;
  }

  /** How many addresses one request may read. */
  int most() {
    return most;
  }

  /** Whether an address is a single bit, else a register of 16. */
  boolean bits() {
    return this == COIL || this == DISCRETE;
  }

  /** How many bytes so many values are in an answer. */
  int bytes(int count) {
    return bits() ? (count + 7) / 8 : 2 * count;
  }

  ModbusRequestPdu request(int address, int count) {
    return switch (this) {
      case COIL -> new ReadCoilsRequest(address, count);
      case DISCRETE -> new ReadDiscreteInputsRequest(address, count);
      case INPUT -> new ReadInputRegistersRequest(address, count);
      case HOLDING -> new ReadHoldingRegistersRequest(address, count);
    };
  }

  /** As it stands before the colon of an address. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The table of this name; null when there is none. */
  static Table of(String word) {
    return Arrays.stream(values())
        .filter(table -> table.word().equals(word))
        .findFirst()
        .orElse(null);
  }
}
