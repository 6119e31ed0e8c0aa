package dev.millwright.device.modbus;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Writes to one unit, a request at a time. A bit of a register is written with function 22; where
 * the unit does not know it, and only if that is allowed, the register is read and written back.
 *
 * <p>Belongs to the link's thread, from opening to closing.
 */
final class UnitWriter {

  /** The bus ends its wait for silence long before. */
  private static final Duration UNTIL_READY = Duration.ofHours(1);

  private final ModbusMachine machine;
  private final Bus bus;

  /** Whether the unit has refused function 22. */
  private boolean masksUnknown;

  UnitWriter(ModbusMachine machine, Bus bus) {
    this.machine = machine;
    this.bus = bus;
  }

  /**
   * Writes.
   *
   * @param write what the machine has found fit
   * @throws LinkException only when nothing was sent
   */
  Written write(TagWrite write) throws LinkException, InterruptedException {
    ModbusTag tag = machine.tag(write.tag());
    if (tag.address().table().bits()) {
      boolean value = (Boolean) write.value();
      return send(
          write, WriteRequest.coil(machine.unit(), tag.first(), value, machine.singleWrites()));
    }
    if (tag.isBit()) {
      return writeBit(write, tag);
    }
    return send(write, registers(tag, tag.registers(write.value())));
  }

  private Written writeBit(TagWrite write, ModbusTag tag)
      throws LinkException, InterruptedException {
    int bits = (Boolean) write.value() ? tag.mask() : 0;
    if (!masksUnknown) {
      WriteRequest masked = WriteRequest.bits(machine.unit(), tag.first(), tag.mask(), bits);
      Reply reply = askToWrite(masked);
      boolean unknown = reply instanceof Reply.Refused no && no.code() == Refusals.ILLEGAL_FUNCTION;
      if (!unknown) {
        return written(write, masked, reply);
      }
      masksUnknown = true;
    }
    if (!machine.readModifyWrite()) {
      return Written.refused(
          write,
          "unit "
              + machine.unit()
              + " does not know function 22, which writes a bit of a register; where nothing else"
              + " writes this register, read_modify_write = true lets it be read and written back");
    }
    ReadRequest read = new ReadRequest(machine.unit(), Table.HOLDING, tag.first(), 1);
    Reply reply = ask(read);
    if (!(reply instanceof Reply.Data data)) {
      return Written.notTried(write, "its register could not be read: " + words(read, reply));
    }
    short now = data.values().getShort(data.values().position());
    ByteBuffer changed = ByteBuffer.allocate(2).putShort(0, (short) ((now & ~tag.mask()) | bits));
    return send(write, registers(tag, changed));
  }

  private WriteRequest registers(ModbusTag tag, ByteBuffer values) {
    return WriteRequest.registers(machine.unit(), tag.first(), values, machine.singleWrites());
  }

  private Written send(TagWrite write, WriteRequest request)
      throws LinkException, InterruptedException {
    return written(write, request, askToWrite(request));
  }

  private Reply askToWrite(WriteRequest request) throws LinkException, InterruptedException {
    if (bus.readsFirst(request) && ask(request.read()) instanceof Reply.Missing missing) {
      return new Reply.Missing("a request to read came first: " + missing.why(), false);
    }
    return ask(request);
  }

  /** Where the link breaks behind a request to write, nobody knows what became of it. */
  private Reply ask(Request request) throws LinkException, InterruptedException {
    boolean ready = bus.awaitReady(machine, System.nanoTime() + UNTIL_READY.toNanos());
    if (!ready) {
      throw new LinkException(bus.name() + ": is not ready within an hour");
    }
    try {
      return bus.ask(request, machine);
    } catch (LinkException e) {
      if (request instanceof ReadRequest) {
        throw e;
      }
      return new Reply.Missing(e.getMessage());
    }
  }

  private Written written(TagWrite write, Request request, Reply reply) {
    if (reply instanceof Reply.Done) {
      return Written.done(write);
    }
    String why = words(request, reply);
    if (reply instanceof Reply.Refused no) {
      return Refusals.leavesOpen(no.code())
          ? Written.unknown(write, why)
          : Written.refused(write, why);
    }
    boolean sent = !(reply instanceof Reply.Missing missing) || missing.sent();
    return sent ? Written.unknown(write, why) : Written.notTried(write, why);
  }

  private String words(Request request, Reply reply) {
    String what = "unit " + machine.unit() + ", " + request + ": ";
    if (reply instanceof Reply.Refused no) {
      return what + Refusals.words(no.code());
    }
    return what + (reply instanceof Reply.Missing missing ? missing.why() : "answered otherwise");
  }
}
