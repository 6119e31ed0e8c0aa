package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.opcua.OpcUaLink;
import dev.millwright.device.opcua.OpcUaMachine;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.device.opcua.OpcUaTag;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.Phase;
import dev.millwright.simulator.behaviour.VirtualMachine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The virtual plant as its clients see it. */
class OpcUaPlantTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The harness compares what was shown with what was decided: nothing may be lost on the way. */
  @Test
  void everyAppearanceIsSeenWholeAndInOrderHoweverShort() throws Exception {
    try (OpcUaPlant plant = started("PRESS-01");
        OpcUaLink link = link(plant, "PRESS-01")) {
      link.open();
      link.observe(PATIENCE);
      List<String> shown = new ArrayList<>();
      List<String> seen = new ArrayList<>();
      for (int cycle = 1; cycle <= 40; cycle++) {
        for (Phase phase : List.of(Phase.PROCESSING, Phase.COMPLETE, Phase.IDLE)) {
          Instant at = T0.plusMillis(shown.size());
          plant.face("PRESS-01").show(new Appearance("PRESS-01", phase, cycle, "R", "", "", at));
          shown.add(phase.code() + "/" + cycle + "/" + at);
        }
        seen.addAll(texts(link.observe(Duration.ofMillis(10))));
      }
      long limit = System.nanoTime() + PATIENCE.toNanos();
      while (seen.size() < shown.size() && System.nanoTime() - limit < 0) {
        seen.addAll(texts(link.observe(Duration.ofMillis(100))));
      }
      assertEquals(shown, seen);
    }
  }

  /** Decision 0032: no publication falls between the state and the counter that belong together. */
  @Test
  void noAppearanceIsTornApartByAPublication() throws Exception {
    int runs = 4_000;
    try (OpcUaPlant plant = started("PRESS-01");
        OpcUaLink link = link(plant, "PRESS-01")) {
      link.open();
      link.observe(PATIENCE);
      Thread machine = new Thread(() -> run(plant.face("PRESS-01"), runs), "machine");
      machine.start();
      int last = 0;
      while (last < runs) {
        for (Observation seen : link.observe(Duration.ofSeconds(1))) {
          assertEquals("R" + value(seen, "Cycle").text(), value(seen, "Recipe").value());
          assertEquals(++last, (long) value(seen, "Cycle").value());
        }
      }
      machine.join();
    }
  }

  private static void run(Face face, int runs) {
    for (int cycle = 1; cycle <= runs; cycle++) {
      Instant at = T0.plusMillis(cycle);
      face.show(new Appearance("PRESS-01", Phase.IDLE, cycle, "R" + cycle, "", "", at));
      LockSupport.parkNanos(1);
    }
  }

  @Test
  void allNodesOfAFaultComeTogether() throws Exception {
    try (OpcUaPlant plant = started("PRESS-01", "PRESS-02");
        OpcUaLink link = link(plant, "PRESS-01")) {
      link.open();
      Observation before = link.observe(PATIENCE).get(0);
      Appearance fault =
          new Appearance("PRESS-01", Phase.ERROR, 3, "R42", "Oil pressure", "Pump", T0);
      plant.face("PRESS-02").show(fault);
      plant.face("PRESS-01").show(fault);
      Observation seen = before;
      while (seen.values().equals(before.values())) {
        List<Observation> next = link.observe(Duration.ofSeconds(2));
        seen = next.isEmpty() ? seen : next.get(0);
      }
      assertEquals(9L, value(seen, "State").value());
      assertEquals(3L, value(seen, "Cycle").value());
      assertEquals("R42", value(seen, "Recipe").value());
      assertEquals("Oil pressure", value(seen, "Fault").value());
      assertEquals("Pump", value(seen, "Component").value());
      assertEquals(T0, value(seen, "Component").sourceTime());
    }
  }

  /** The server asks a machine what was written to it, which has its own lock while it acts. */
  @Test
  void aServerStartsWhileItsMachinesDoSomething() throws Exception {
    Duration second = Duration.ofSeconds(1);
    VirtualMachine virtual =
        new VirtualMachine(
            new Habits("PRESS-01", List.of("R1"), second, second, 0, 0, "", "", second, 1),
            1,
            T0,
            second);
    OpcUaPlant plant = started("PRESS-01");
    Object stepping = new Object();
    Face face = plant.face("PRESS-01");
    face.take(new Panel(virtual, stepping, Instant::now, shown -> {}));
    plant.stop();
    Thread starting = thread(plant::start);
    Thread machine =
        thread(
            () -> {
              synchronized (stepping) {
                starting.start();
                while (starting.isAlive() && starting.getState() != Thread.State.BLOCKED) {
                  LockSupport.parkNanos(1_000_000);
                }
                face.show(virtual.appearance());
              }
            });
    machine.start();
    machine.join(20_000);
    starting.join(20_000);
    assertFalse(machine.isAlive() || starting.isAlive(), "they wait for each other");
    plant.close();
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Thread thread(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.setDaemon(true);
    return thread;
  }

  @Test
  void twoPlantsRunSideBySideAndAPortInUseIsSaid() throws Exception {
    try (OpcUaPlant one = started("PRESS-01");
        OpcUaPlant two = started("PRESS-01");
        OpcUaLink toOne = link(one, "PRESS-01");
        OpcUaLink toTwo = link(two, "PRESS-01")) {
      toOne.open();
      toTwo.open();
      one.face("PRESS-01").show(new Appearance("PRESS-01", Phase.STOPPED, 1, "", "", "", T0));
      assertEquals(0L, value(toTwo.observe(PATIENCE).get(0), "State").value());
      int taken = Integer.parseInt(one.endpoint().replaceFirst(".*:", ""));
      try (OpcUaPlant third = new OpcUaPlant("127.0.0.1", taken, List.of(), PlantSecurity.NONE)) {
        IOException e = assertThrows(IOException.class, third::start);
        assertTrue(e.getMessage().startsWith("cannot listen on " + one.endpoint()));
      }
    }
  }

  /** A harness stops and starts plants on one port; each time clients reach the new one. */
  @Test
  void aPortIsFreeAgainWhenItsPlantHasClosed() throws Exception {
    OpcUaPlant first = started("PRESS-01");
    int port = Integer.parseInt(first.endpoint().replaceFirst(".*:", ""));
    first.close();
    for (int i = 0; i < 5; i++) {
      try (OpcUaPlant next =
          new OpcUaPlant("127.0.0.1", port, List.of("PRESS-01"), PlantSecurity.NONE)) {
        next.start();
        try (OpcUaLink link = link(next, "PRESS-01")) {
          link.open();
        }
      }
    }
  }

  /** The demo waits for it. */
  @Test
  void startingAndClosingAreQuick() throws Exception {
    long began = System.nanoTime();
    OpcUaPlant plant = started("PRESS-01");
    OpcUaLink link = link(plant, "PRESS-01");
    link.open();
    plant.close();
    assertTrue(System.nanoTime() - began < PATIENCE.toNanos() / 2);
    assertThrows(
        LinkException.class,
        () -> {
          while (true) {
            link.observe(Duration.ofSeconds(1));
          }
        });
  }

  private static OpcUaPlant started(String... machines) throws Exception {
    OpcUaPlant plant = new OpcUaPlant("127.0.0.1", 0, List.of(machines), PlantSecurity.NONE);
    plant.start();
    return plant;
  }

  private static OpcUaLink link(OpcUaPlant plant, String machine) {
    List<OpcUaTag> tags =
        Stream.of("State", "Cycle", "Recipe", "Fault", "Component")
            .map(name -> new OpcUaTag(name, "nsu=urn:millwright:plant;s=" + machine + "/" + name))
            .toList();
    OpcUaSettings settings =
        new OpcUaSettings(
            plant.endpoint(),
            "None",
            null,
            Duration.ofMillis(10),
            Duration.ofMillis(10),
            5_000,
            null,
            null);
    return new OpcUaLink(
        settings,
        null,
        List.of(new OpcUaMachine(machine, Duration.ofSeconds(30), tags)),
        notice -> {
          throw new AssertionError(notice);
        });
  }

  private static List<String> texts(List<Observation> seen) {
    return seen.stream()
        .map(
            o ->
                value(o, "State").text()
                    + "/"
                    + value(o, "Cycle").text()
                    + "/"
                    + value(o, "State").sourceTime())
        .toList();
  }

  private static TagValue value(Observation observation, String tag) {
    return observation.values().get(tag);
  }
}
