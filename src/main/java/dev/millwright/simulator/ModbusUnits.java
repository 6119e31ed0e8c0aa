package dev.millwright.simulator;

import com.digitalpetri.modbus.ExceptionCode;
import com.digitalpetri.modbus.exceptions.ModbusResponseException;
import com.digitalpetri.modbus.exceptions.UnknownUnitIdException;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadCoilsResponse;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsRequest;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsResponse;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersResponse;
import com.digitalpetri.modbus.pdu.ReadInputRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadInputRegistersResponse;
import com.digitalpetri.modbus.server.ModbusRequestContext;
import com.digitalpetri.modbus.server.ModbusServices;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Phase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The machines behind one Modbus line or server, each a unit. What a unit shows, at addresses from
 * 0: holding registers 0 the state's number, 1 and 2 the cycle (uint32), 3 to 10 the recipe, 11 to
 * 26 the fault, 27 to 34 the component (strings, filled up with NUL); input register 0 the state;
 * coil 0 whether it runs; discrete input 0 whether it has failed. All else is refused as an illegal
 * data address.
 */
final class ModbusUnits implements ModbusServices {

  private static final int HOLDING_REGISTERS = 35;
  private static final int RECIPE_BYTES = 16;
  private static final int FAULT_BYTES = 32;
  private static final int COMPONENT_BYTES = 16;

  private final Map<Integer, Appearance> shown = new ConcurrentHashMap<>();
  private final Set<Integer> silent = ConcurrentHashMap.newKeySet();

  /** The side of a unit that a line sees; idle until told otherwise. */
  Face face(int unit, String machine) {
    shown.put(unit, new Appearance(machine, Phase.IDLE, 0, "", "", "", Instant.EPOCH));
    return new Face() {
      @Override
      public void show(Appearance appearance) {
        shown.put(unit, appearance);
      }

      @Override
      public void close() {
        // The line serves the other units; it goes with the plant.
      }
    };
  }

  /** From now on this unit answers nothing, or answers again. */
  void silent(int unit, boolean on) {
    if (on) {
      silent.add(unit);
    } else {
      silent.remove(unit);
    }
  }

  @Override
  public ReadHoldingRegistersResponse readHoldingRegisters(
      ModbusRequestContext context, int unit, ReadHoldingRegistersRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    byte[] all = holding(of(unit));
    return new ReadHoldingRegistersResponse(
        part(all, request.getFunctionCode(), request.address(), request.quantity()));
  }

  @Override
  public ReadInputRegistersResponse readInputRegisters(
      ModbusRequestContext context, int unit, ReadInputRegistersRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    byte[] all = {0, (byte) of(unit).phase().code()};
    return new ReadInputRegistersResponse(
        part(all, request.getFunctionCode(), request.address(), request.quantity()));
  }

  @Override
  public ReadCoilsResponse readCoils(
      ModbusRequestContext context, int unit, ReadCoilsRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    boolean runs = of(unit).phase() == Phase.PROCESSING;
    return new ReadCoilsResponse(
        bit(runs, request.getFunctionCode(), request.address(), request.quantity()));
  }

  @Override
  public ReadDiscreteInputsResponse readDiscreteInputs(
      ModbusRequestContext context, int unit, ReadDiscreteInputsRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    boolean failed = of(unit).phase() == Phase.ERROR;
    return new ReadDiscreteInputsResponse(
        bit(failed, request.getFunctionCode(), request.address(), request.quantity()));
  }

  private Appearance of(int unit) throws UnknownUnitIdException {
    Appearance appearance = silent.contains(unit) ? null : shown.get(unit);
    if (appearance == null) {
      throw new UnknownUnitIdException(unit);
    }
    return appearance;
  }

  private static byte[] holding(Appearance shown) {
    ByteBuffer all = ByteBuffer.allocate(2 * HOLDING_REGISTERS);
    all.putShort((short) shown.phase().code());
    all.putInt((int) shown.cycle());
    put(all, shown.recipe(), RECIPE_BYTES);
    put(all, shown.fault(), FAULT_BYTES);
    put(all, shown.component(), COMPONENT_BYTES);
    return all.array();
  }

  private static void put(ByteBuffer all, String text, int length) {
    all.put(Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), length));
  }

  private static byte[] part(byte[] all, int function, int address, int quantity)
      throws ModbusResponseException {
    require(2 * (address + quantity) <= all.length, function);
    return Arrays.copyOfRange(all, 2 * address, 2 * (address + quantity));
  }

  private static byte[] bit(boolean value, int function, int address, int quantity)
      throws ModbusResponseException {
    require(address == 0 && quantity == 1, function);
    return new byte[] {(byte) (value ? 1 : 0)};
  }

  private static void require(boolean there, int function) throws ModbusResponseException {
    if (!there) {
      throw new ModbusResponseException(function, ExceptionCode.ILLEGAL_DATA_ADDRESS.getCode());
    }
  }
}
