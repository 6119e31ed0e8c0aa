package dev.millwright.chaos;

import dev.millwright.audit.Disturbance.Kind;
import dev.millwright.audit.Ledger;
import dev.millwright.testing.PostgresCable.Moment;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What can go wrong, each with its beginning and its end. */
@SuppressWarnings("ImmutableEnumChecker") // The lambdas hold texts and numbers only.
enum Fault {
  KILL_DAEMON(
      Scope.DAEMON,
      (world, plan) -> {
        world.daemon().kill();
        return world.daemon()::start;
      }),
  STOP_DAEMON(
      Scope.DAEMON,
      (world, plan) -> {
        world.daemon().stop();
        return world.daemon()::start;
      }),
  FREEZE_DAEMON(
      Scope.DAEMON,
      (world, plan) -> {
        world.daemon().freeze();
        return world.daemon()::thaw;
      }),
  FILL_DISK(
      Scope.DAEMON,
      (world, plan) -> {
        world.daemon().fillDisk();
        return world.daemon()::freeDisk;
      }),
  STEP_CLOCK(
      Scope.CLOCK,
      (world, plan) -> {
        Ledger.Entry step = world.daemon().step(plan.pick(Choices.STEPS));
        return () -> world.daemon().stepBack(step);
      }),

  STOP_DATABASE(
      Scope.DATABASE,
      (world, plan) -> {
        world.postgres().stop();
        return world.postgres()::start;
      }),
  KILL_DATABASE(
      Scope.DATABASE,
      (world, plan) -> {
        world.postgres().kill();
        return world.postgres()::start;
      }),
  FREEZE_DATABASE(
      Scope.DATABASE,
      (world, plan) -> {
        world.postgres().signal("STOP");
        return () -> world.postgres().signal("CONT");
      }),

  CUT_DATABASE(Scope.DATABASE_CABLE, database(world -> world.databaseCable().unplug())),
  FREEZE_DATABASE_CABLE(Scope.DATABASE_CABLE, database(world -> world.databaseCable().freeze())),
  SWALLOW_DATABASE(Scope.DATABASE_CABLE, database(world -> world.databaseCable().swallow())),
  SLOW_DATABASE(Scope.DATABASE_CABLE, database(world -> world.databaseCable().slow(Choices.DELAY))),
  HANG_UP_ON_CLIENT(
      Scope.DATABASE_CABLE, database(world -> world.databaseCable().hangUpOnClients())),
  HANG_UP_ON_SERVER(
      Scope.DATABASE_CABLE, database(world -> world.databaseCable().hangUpOnServer())),
  CUT_BEFORE_COMMIT(
      Scope.DATABASE_CABLE, database(world -> world.databaseCable().cutAt(Moment.BEFORE_COMMIT))),
  CUT_AFTER_COMMIT(
      Scope.DATABASE_CABLE, database(world -> world.databaseCable().cutAt(Moment.AFTER_COMMIT))),

  STOP_OPC_UA(Scope.OPC_UA_SERVER, plant(Kind.BLIND, "opcua stop", "opcua start")),
  CUT_OPC_UA(
      Scope.OPC_UA_CABLE, opcUa(EnumSet.of(Kind.BLIND), world -> world.opcUaCable().unplug())),
  FREEZE_OPC_UA(
      Scope.OPC_UA_CABLE,
      opcUa(EnumSet.of(Kind.BLIND, Kind.HURT), world -> world.opcUaCable().freeze())),
  SWALLOW_OPC_UA(
      Scope.OPC_UA_CABLE, opcUa(EnumSet.of(Kind.BLIND), world -> world.opcUaCable().swallow())),
  SLOW_OPC_UA(
      Scope.OPC_UA_CABLE,
      opcUa(EnumSet.of(Kind.HURT), world -> world.opcUaCable().slow(Choices.DELAY))),
  HANG_UP_ON_OPC_UA(
      Scope.OPC_UA_CABLE,
      opcUa(EnumSet.of(Kind.HURT), world -> world.opcUaCable().hangUpOnClients())),
  BAD_VALUES(Scope.OPC_UA_MACHINE, plant(Kind.BLIND, "quality %s bad", "quality %s good")),
  UNCERTAIN_VALUES(
      Scope.OPC_UA_MACHINE, plant(Kind.BLIND, "quality %s uncertain", "quality %s good")),

  PULL_PORT(Scope.SERIAL_MACHINE, plant(Kind.BLIND, "port %s close", "port %s open")),
  NOISE(Scope.SERIAL_MACHINE, plant(Kind.HURT, "noise %s on", "noise %s off")),
  PIECES(Scope.SERIAL_MACHINE, plant(Kind.HURT, "pieces %s on", "pieces %s off")),

  CUT_CELL(Scope.CELL_CABLE, cell(world -> world.cellCable().unplug())),
  SWALLOW_CELL(Scope.CELL_CABLE, cell(world -> world.cellCable().swallow())),
  SLOW_CELL(Scope.CELL_CABLE, cell(world -> world.cellCable().slow(Choices.DELAY))),
  HANG_UP_ON_CELL(Scope.CELL_CABLE, cell(world -> world.cellCable().hangUpOnClients())),

  FOREIGN_WRITE(
      Scope.ROW,
      (world, plan) -> {
        ForeignWriter.write(world, plan.target(), plan.pick(ForeignWriter.WRITES));
        return () -> {};
      });

  /** What a fault is done to; only one fault at a time is done to the same. */
  enum Scope {
    DAEMON(Area.DAEMON),
    CLOCK(Area.CLOCK),
    DATABASE(Area.DATABASE),
    DATABASE_CABLE(Area.DATABASE_CABLE),
    OPC_UA_SERVER(Area.OPC_UA),
    OPC_UA_CABLE(Area.OPC_UA),
    OPC_UA_MACHINE(Area.OPC_UA),
    SERIAL_MACHINE(Area.SERIAL),
    CELL_CABLE(Area.CELL),
    ROW(Area.ROW);

    private final Area area;

    Scope(Area area) {
      this.area = area;
    }

    Area area() {
      return area;
    }

    /** The machines to choose one of; empty where it is not about one. */
    List<String> targets() {
      return switch (this) {
        case OPC_UA_MACHINE -> World.OPC_UA;
        case SERIAL_MACHINE -> World.SERIAL;
        case ROW -> World.MACHINES.stream().sorted().toList();
        default -> List.of();
      };
    }
  }

  /** Where something may go wrong. */
  enum Area {
    DAEMON,
    CLOCK,
    DATABASE,
    DATABASE_CABLE,
    OPC_UA,
    SERIAL,
    CELL,
    ROW
  }

  /** Lets it begin. */
  interface Beginning {
    End begin(World world, Planned plan) throws Exception;
  }

  /** Heals it. */
  interface End {
    void heal() throws Exception;
  }

  private interface Act {
    void on(World world) throws IOException;
  }

  /** What is chosen among. */
  private static final class Choices {
    static final List<Duration> STEPS =
        List.of(
            Duration.ofMillis(-700),
            Duration.ofMillis(700),
            Duration.ofSeconds(-5),
            Duration.ofSeconds(5),
            Duration.ofHours(-1),
            Duration.ofHours(1));

    static final Duration DELAY = Duration.ofMillis(60);
  }

  private final Scope scope;
  private final Beginning beginning;

  Fault(Scope scope, Beginning beginning) {
    this.scope = scope;
    this.beginning = beginning;
  }

  Scope scope() {
    return scope;
  }

  End begin(World world, Planned plan) throws Exception {
    return beginning.begin(world, plan);
  }

  /** A database that is away excuses nothing, so that this is not in the ledger. */
  private static Beginning database(Act act) {
    return (world, plan) -> {
      act.on(world);
      return world.databaseCable()::plug;
    };
  }

  /** A machine that is stepped is judged by what is written to it: nothing excuses that. */
  private static Beginning cell(Act act) {
    return (world, plan) -> {
      act.on(world);
      return world.cellCable()::plug;
    };
  }

  private static Beginning opcUa(Set<Kind> kinds, Act act) {
    return (world, plan) -> {
      Set<String> machines = Set.copyOf(World.OPC_UA);
      List<Ledger.Entry> entries =
          kinds.stream()
              .map(kind -> world.ledger().begin(kind, plan.fault().name(), machines))
              .toList();
      act.on(world);
      return () -> {
        world.opcUaCable().plug();
        entries.forEach(Ledger.Entry::close);
      };
    };
  }

  private static Beginning plant(Kind kind, String order, String back) {
    return (world, plan) -> {
      Set<String> machines =
          plan.target() == null ? Set.copyOf(World.OPC_UA) : Set.of(plan.target());
      Ledger.Entry entry = world.ledger().begin(kind, plan.fault().name(), machines);
      world.plant().order(order.formatted(plan.target()));
      return () -> {
        world.plant().order(back.formatted(plan.target()));
        entry.close();
      };
    };
  }
}
