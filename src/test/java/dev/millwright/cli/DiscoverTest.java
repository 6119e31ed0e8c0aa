package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.ModelServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a technician gets to see of a server that nobody has described, and to start from. */
@Timeout(60)
class DiscoverTest {

  private static final String PACKML = "http://opcfoundation.org/UA/PackML/";
  private static final String MACHINERY = "http://opcfoundation.org/UA/Machinery/";
  private static final String SITE = "urn:test:line";

  @TempDir private Path folder;
  private ModelServer server;

  @BeforeEach
  void start() throws Exception {
    server = new ModelServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** OPC 30050: known by the type's name and namespace, wherever it is and whatever its number. */
  @Test
  void aPackMlMachineNeedsNothingFilledIn() throws Exception {
    NodeId type = server.type(PACKML, "PackMLBaseObjectType");
    NodeId line = server.object(SITE, null, "Line", NodeIds.FolderType);
    NodeId filler = server.object(SITE, line, "Line/Filler", type);
    NodeId status = server.object(SITE, filler, "Line/Filler/Status", NodeIds.BaseObjectType);
    server.variable(SITE, status, "Line/Filler/Status/StateCurrent", NodeIds.Int32, 6);
    server.variable(
        SITE, status, "Line/Filler/Status/ProdCount", NodeIds.UInt32, UInteger.valueOf(12));
    Console found = discover();
    assertEquals(Exit.OK, found.exitCode(), found.err());
    assertTrue(
        found
            .out()
            .contains("state = { node = \"nsu=urn:test:line;s=Line/Filler/Status/StateCurrent\" }"),
        found.out());
    assertTrue(
        found.out().contains("\nstate = { tag = \"state\", profile = \"packml\" }\n"), found.out());
    assertFalse(found.out().contains("\n# FILL IN"), found.out());
    assertEquals(Exit.OK, check(found.out()).exitCode(), () -> check(found.out()).err());
  }

  /** OPC 40001-1: the machine is the object with the building block, and names itself. */
  @Test
  void aMachineryMachineIsTakenByItsItemState() throws Exception {
    NodeId type = server.type(MACHINERY, "MachineryItemState_StateMachineType");
    NodeId machines = server.object(SITE, null, "Machines", NodeIds.FolderType);
    NodeId press = server.object(SITE, machines, "Press", NodeIds.BaseObjectType);
    NodeId is = server.object(SITE, press, "Press/Identification", NodeIds.BaseObjectType);
    server.variable(SITE, is, "Press/Identification/SerialNumber", NodeIds.String, "P-4711");
    NodeId blocks = server.object(SITE, press, "Press/MachineryBuildingBlocks", NodeIds.FolderType);
    NodeId state = server.object(SITE, blocks, "Press/MachineryItemState", type);
    NodeId now =
        server.variable(
            SITE,
            state,
            "Press/MachineryItemState/CurrentState",
            NodeIds.LocalizedText,
            LocalizedText.english("NotExecuting"));
    Console found = discover();
    assertTrue(found.out().contains("serial_number = \"P-4711\""), found.out());
    assertTrue(
        found.out().contains("\nstate = { tag = \"state\", profile = \"machinery\" }\n"),
        found.out());
    assertTrue(found.out().contains("MachineryItemState/CurrentState\" }"), found.out());
    assertFalse(found.out().contains("\n# FILL IN"), found.out());
    assertEquals(Exit.OK, check(found.out()).exitCode(), () -> check(found.out()).err());
    String number = "Press/MachineryItemState/CurrentState/Number";
    server.variable(SITE, now, number, NodeIds.UInt32, UInteger.valueOf(2));
    Console numbered = discover();
    assertTrue(
        numbered.out().contains("state = { node = \"nsu=urn:test:line;s=" + number + "\" }"),
        numbered.out());
    assertEquals(Exit.OK, check(numbered.out()).exitCode(), () -> check(numbered.out()).err());
  }

  /**
   * Guessed by name and type; what the values mean only a person knows, and check insists on it.
   */
  @Test
  void anUnknownMachineHasToBeCompleted() throws Exception {
    NodeId saw = server.object(SITE, null, "SAW 7", NodeIds.FolderType);
    server.variable(SITE, saw, "SAW/Temperature", NodeIds.Double, 21.5);
    server.variable(SITE, saw, "SAW/MachineState", NodeIds.Int16, (short) 4);
    server.variable(SITE, saw, "SAW/PartsTotal", NodeIds.UInt32, UInteger.valueOf(99));
    server.variable(SITE, saw, "SAW/StateText", NodeIds.String, "cutting");
    server.variable(SITE, saw, "SAW/ProgramName", NodeIds.String, "CUT \"100\"");
    server.object(SITE, null, "Empty", NodeIds.FolderType);
    Console found = discover();
    assertEquals(Exit.OK, found.exitCode(), found.err());
    assertTrue(found.out().contains("# FILL IN: which values mean what?"), found.out());
    assertTrue(found.out().contains("now it shows 4"), found.out());
    assertTrue(found.out().contains("counter = \"counter\""), found.out());
    assertTrue(found.out().contains("#   nsu=urn:test:line;s=SAW/Temperature"), found.out());
    Console refused = check(found.out());
    assertEquals(Exit.CONFIG, refused.exitCode());
    assertTrue(refused.err().contains("idle: without a code"), refused.err());
    assertTrue(refused.err().contains("2 mistakes"), "nothing else is wrong: " + refused.err());
    String completed =
        found
            .out()
            .replace("idle = []", "idle = [0]")
            .replace("processing = []", "processing = [4]");
    assertEquals(Exit.OK, check(completed).exitCode(), () -> check(completed).err());
  }

  @Test
  void whereNothingLooksLikeAMachineTheVariablesAreListed() throws Exception {
    NodeId boiler = server.object(SITE, null, "Boiler", NodeIds.FolderType);
    server.variable(SITE, boiler, "Boiler/Temperature", NodeIds.Double, 21.5);
    Console found = discover();
    assertEquals(Exit.DIFFERENT, found.exitCode());
    assertTrue(found.out().contains("nsu=urn:test:line;s=Boiler/Temperature"), found.out());
    assertTrue(found.out().lines().allMatch(line -> line.startsWith("#")), found.out());
  }

  /** More references than come in one answer, a value that is bad, and the bounds. */
  @Test
  void browsingIsBoundedAndFailsNodeByNode() throws Exception {
    NodeId many = server.object(SITE, null, "Many", NodeIds.FolderType);
    for (int i = 0; i < 1_200; i++) {
      server.variable(SITE, many, "Many/V" + i, NodeIds.Int32, i);
    }
    server.variable(
        SITE,
        many,
        "Many/Broken",
        NodeIds.Int32,
        new DataValue(Variant.NULL_VALUE, new StatusCode(StatusCodes.Bad_SensorFailure)));
    Console all = browse("nsu=urn:test:line;s=Many", "--limit", "5000", "--json");
    assertEquals(1_202, all.out().lines().count(), all.err());
    assertTrue(
        all.out()
            .lines()
            .anyMatch(line -> line.contains("/Broken\"") && line.contains("SensorFailure")));
    assertTrue(all.out().contains("\"access\":\"rw\",\"value\":1199,"), all.out());
    Console some = browse("nsu=urn:test:line;s=Many", "--limit", "100");
    assertTrue(some.out().contains("more nodes are not shown: the limit is reached"), some.out());
    assertEquals(102, some.out().lines().count(), "the header, 100 nodes and the note");
    Console one = browse("nsu=urn:test:line;s=Many/V7", "--depth", "0");
    assertTrue(
        one.out().lines().toList().get(1).matches("V7 +Variable +Int32 +rw +7 .*"), one.out());
    Console flat = browse("nsu=urn:test:line;s=Many", "--depth", "0");
    assertTrue(flat.out().contains("FolderType"), "its own type as well: " + flat.out());
  }

  @Test
  void whatCannotBeBrowsedIsSaid() {
    Console unknown = browse("nsu=urn:test:line;s=Nothing");
    assertEquals(Exit.UNAVAILABLE, unknown.exitCode());
    assertTrue(unknown.err().contains("unknown namespace URI urn:test:line"), unknown.err());
    assertEquals(Exit.USAGE, browse("not a node").exitCode());
    assertTrue(
        browse("i=85", "--depth", "31").err().contains("--depth: 31 is not between 0 and 30"));
    assertTrue(
        browse("i=85", "--limit", "0").err().contains("--limit: 0 is not between 1 and 100000"));
    Console insecure = Console.run("browse", server.endpoint());
    assertEquals(Exit.UNAVAILABLE, insecure.exitCode(), "security None has to be written out");
    assertTrue(insecure.err().contains("Basic256Sha256"), insecure.err());
    Console nobody = Console.run("browse", "opc.tcp://127.0.0.1:9", "--security", "None");
    assertEquals(Exit.UNAVAILABLE, nobody.exitCode());
    assertTrue(nobody.err().contains("connection refused"), nobody.err());
  }

  private Console browse(String... more) {
    String[] arguments = new String[more.length + 4];
    System.arraycopy(
        new String[] {"browse", server.endpoint(), "--security", "None"}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Console.run(arguments);
  }

  /** It is how the first machine's file is made, so there is none yet. */
  @Test
  void theFirstMachineIsFoundWithoutAnyMachineConfigured() throws Exception {
    NodeId saw = server.object(SITE, null, "SAW 7", NodeIds.FolderType);
    server.variable(SITE, saw, "SAW/MachineState", NodeIds.Int16, (short) 4);
    Files.createDirectory(folder.resolve("machines"));
    Path main = folder.resolve("millwright.toml");
    Files.writeString(
        main,
        "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n[pki]\npath = \"%s\"\n"
            .formatted(folder.resolve("pki")));
    Console found =
        Console.run(
            "discover", server.endpoint(), "--security", "None", "--config", main.toString());
    assertEquals(Exit.OK, found.exitCode(), found.err());
    assertTrue(found.out().contains("state = { node ="), found.out());
  }

  private Console discover() {
    return Console.run("discover", server.endpoint(), "--security", "None");
  }

  private Console check(String machine) {
    try {
      Path machines = Files.createDirectories(folder.resolve("machines"));
      Files.writeString(machines.resolve("found.toml"), machine);
      Path main = folder.resolve("millwright.toml");
      Files.writeString(main, "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n");
      return Console.run("check", "--config", main.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
