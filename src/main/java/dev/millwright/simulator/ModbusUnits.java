package dev.millwright.simulator;

import com.digitalpetri.modbus.ExceptionCode;
import com.digitalpetri.modbus.exceptions.ModbusResponseException;
import com.digitalpetri.modbus.exceptions.UnknownUnitIdException;
import com.digitalpetri.modbus.pdu.MaskWriteRegisterRequest;
import com.digitalpetri.modbus.pdu.MaskWriteRegisterResponse;
import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadCoilsResponse;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsRequest;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsResponse;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersResponse;
import com.digitalpetri.modbus.pdu.ReadInputRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadInputRegistersResponse;
import com.digitalpetri.modbus.pdu.WriteMultipleCoilsRequest;
import com.digitalpetri.modbus.pdu.WriteMultipleCoilsResponse;
import com.digitalpetri.modbus.pdu.WriteMultipleRegistersRequest;
import com.digitalpetri.modbus.pdu.WriteMultipleRegistersResponse;
import com.digitalpetri.modbus.pdu.WriteSingleCoilRequest;
import com.digitalpetri.modbus.pdu.WriteSingleCoilResponse;
import com.digitalpetri.modbus.pdu.WriteSingleRegisterRequest;
import com.digitalpetri.modbus.pdu.WriteSingleRegisterResponse;
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
 * coil 0 whether it runs; discrete input 0 whether it has failed. What can be written is {@link
 * UnitControls}'. All else is refused as an illegal data address.
 */
final class ModbusUnits implements ModbusServices {

  private static final int HOLDING_REGISTERS = 35;
  private static final int RECIPE_BYTES = 16;
  private static final int FAULT_BYTES = 32;
  private static final int COMPONENT_BYTES = 16;

  private final Map<Integer, Appearance> shown = new ConcurrentHashMap<>();
  private final Map<Integer, UnitControls> controls = new ConcurrentHashMap<>();
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
      public void take(Panel panel) {
        controls.put(unit, new UnitControls(panel));
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
    int function = request.getFunctionCode();
    byte[] all = holding(of(unit));
    int from = request.address();
    if (from >= UnitControls.FIRST_REGISTER) {
      all = controls(unit, function).registers();
      from -= UnitControls.FIRST_REGISTER;
    }
    return new ReadHoldingRegistersResponse(part(all, function, from, request.quantity()));
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
    int function = request.getFunctionCode();
    int first = request.address();
    if (first == 0) {
      return new ReadCoilsResponse(bit(runs, function, first, request.quantity()));
    }
    UnitControls its = controls(unit, function);
    require(first + request.quantity() <= UnitControls.FIRST_COIL + UnitControls.COILS, function);
    int bits = 0;
    for (int i = 0; i < request.quantity(); i++) {
      bits |= its.coil(first + i) ? 1 << i : 0;
    }
    return new ReadCoilsResponse(new byte[] {(byte) bits});
  }

  @Override
  public ReadDiscreteInputsResponse readDiscreteInputs(
      ModbusRequestContext context, int unit, ReadDiscreteInputsRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    boolean failed = of(unit).phase() == Phase.ERROR;
    return new ReadDiscreteInputsResponse(
        bit(failed, request.getFunctionCode(), request.address(), request.quantity()));
  }

  @Override
  public WriteSingleCoilResponse writeSingleCoil(
      ModbusRequestContext context, int unit, WriteSingleCoilRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    writable(unit, request)
        .writeCoil(request.getFunctionCode(), request.address(), request.value() != 0);
    return new WriteSingleCoilResponse(request.address(), request.value());
  }

  @Override
  public WriteMultipleCoilsResponse writeMultipleCoils(
      ModbusRequestContext context, int unit, WriteMultipleCoilsRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    UnitControls its = writable(unit, request);
    for (int i = 0; i < request.quantity(); i++) {
      boolean value = (request.values()[i / 8] >> (i % 8) & 1) != 0;
      its.writeCoil(request.getFunctionCode(), request.address() + i, value);
    }
    return new WriteMultipleCoilsResponse(request.address(), request.quantity());
  }

  @Override
  public WriteSingleRegisterResponse writeSingleRegister(
      ModbusRequestContext context, int unit, WriteSingleRegisterRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    byte[] value = ByteBuffer.allocate(2).putShort(0, (short) request.value()).array();
    writable(unit, request).writeRegisters(request.getFunctionCode(), request.address(), value);
    return new WriteSingleRegisterResponse(request.address(), request.value());
  }

  @Override
  public WriteMultipleRegistersResponse writeMultipleRegisters(
      ModbusRequestContext context, int unit, WriteMultipleRegistersRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    writable(unit, request)
        .writeRegisters(request.getFunctionCode(), request.address(), request.values());
    return new WriteMultipleRegistersResponse(request.address(), request.quantity());
  }

  @Override
  public MaskWriteRegisterResponse maskWriteRegister(
      ModbusRequestContext context, int unit, MaskWriteRegisterRequest request)
      throws ModbusResponseException, UnknownUnitIdException {
    writable(unit, request)
        .maskRegister(
            request.getFunctionCode(), request.address(), request.andMask(), request.orMask());
    return new MaskWriteRegisterResponse(request.address(), request.andMask(), request.orMask());
  }

  /** A unit that is silent takes nothing either. */
  private UnitControls writable(int unit, ModbusRequestPdu request)
      throws ModbusResponseException, UnknownUnitIdException {
    var unused = of(unit);
    return controls(unit, request.getFunctionCode());
  }

  private UnitControls controls(int unit, int function) throws ModbusResponseException {
    UnitControls its = controls.get(unit);
    require(its != null, function);
    return its;
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
