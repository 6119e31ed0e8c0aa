package dev.millwright;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Who may use whom: the table of DESIGN section 6, with the changes of decisions 0010 and 0041. A
 * row lists all that a package may use besides itself and the JDK's base; what it does not list is
 * an error.
 */
class ArchitectureTest {

  private static final String US = "dev.millwright.";

  /** Libraries, by the packages of their classes. */
  private static final String JDBC = "java.sql..";

  private static final String DATA_SOURCE = "javax.sql..";
  private static final String DRIVER = "org.postgresql..";
  private static final String POOL = "com.zaxxer.hikari..";
  private static final String SERIAL = "com.fazecast.jSerialComm..";
  private static final String MODBUS = "com.digitalpetri.modbus..";
  private static final String MILO = "org.eclipse.milo..";
  private static final String MILO_CLIENT = "org.eclipse.milo.opcua.sdk.client..";
  private static final String MILO_SERVER = "org.eclipse.milo.opcua.sdk.server..";
  private static final String BOUNCY_CASTLE = "org.bouncycastle..";
  private static final String NETTY = "io.netty..";
  private static final String TOML = "org.tomlj..";
  private static final String JSON = "com.google.gson..";
  private static final String LOG = "org.tinylog..";

  /** The JDK's own, where it goes beyond java.net. */
  private static final String PEER = "jdk.net..";

  private static final String HTTP = "com.sun.net.httpserver..";
  private static final String PROMETHEUS = "io.prometheus.metrics..";
  private static final String NATIVE = "com.sun.jna..";
  private static final String PICOCLI = "picocli..";
  private static final String EMBEDDED = "io.zonky..";

  private record Rule(String name, List<String> may) {}

  private static final List<Rule> TABLE =
      List.of(
          rule("settings"),
          rule("machine"),
          rule("recipe", "settings"),
          rule("device"),
          rule("device.serial", "device", "settings", SERIAL),
          rule("device.ascii", "device", "device.serial", "settings"),
          rule("device.modbus", "device", "device.serial", "settings", MODBUS, NETTY),
          rule("pki", "settings", MILO, BOUNCY_CASTLE),
          rule("device.opcua", "device", "pki", "settings", MILO, NETTY),
          rule("device.virtual", "device", "settings", "simulator.behaviour"),
          rule("journal", "machine", "settings", JDBC),
          rule("store", "machine", "settings", JDBC, DATA_SOURCE, DRIVER, POOL, JSON, LOG),
          rule("consolidation", "store", JDBC, DATA_SOURCE, DRIVER),
          // java.sql: the exceptions of the store alone, see below.
          rule(
              "runtime",
              "machine",
              "recipe",
              "device",
              "journal",
              "store",
              "settings",
              LOG,
              JDBC,
              JSON),
          rule("control", "device", "runtime", "journal", "store", "settings", JSON, LOG, PEER),
          rule(
              "status",
              "runtime",
              "machine",
              "journal",
              "store",
              "settings",
              JSON,
              LOG,
              HTTP,
              JDBC,
              PROMETHEUS),
          rule("config", "settings", "device", "machine", "recipe", "runtime", "simulator", TOML),
          rule("trace", "device", "machine", "journal", "runtime", "settings", JSON),
          rule("simulator.behaviour"),
          rule(
              "simulator",
              "simulator.behaviour",
              "pki",
              "settings",
              MILO,
              MODBUS,
              NETTY,
              NATIVE,
              JSON,
              LOG));

  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.millwright");
  }

  private static Rule rule(String name, String... may) {
    return new Rule(name, List.of(may));
  }

  @TestFactory
  List<DynamicTest> eachPackageUsesOnlyWhatItsRowLists() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Rule rule : TABLE) {
      List<String> may = new ArrayList<>(List.of("java.lang..", "java.util..", "java.time.."));
      may.addAll(List.of("java.io..", "java.nio..", "java.net..", "java.math.."));
      may.addAll(List.of("java.text..", "java.security..", "javax.security..", "javax.net..", ""));
      may.add(US + rule.name());
      for (String name : rule.may()) {
        may.add(name.contains("..") ? name : US + name);
      }
      tests.add(
          DynamicTest.dynamicTest(
              rule.name(),
              () ->
                  classes()
                      .that()
                      .resideInAPackage(US + rule.name())
                      .should()
                      .onlyDependOnClassesThat(resideInAnyPackage(may.toArray(String[]::new)))
                      .check(ours)));
    }
    return tests;
  }

  /** Every package of ours has a row, but for the two that put all together. */
  @Test
  void noPackageIsWithoutARow() {
    List<String> known = new ArrayList<>(TABLE.stream().map(rule -> US + rule.name()).toList());
    known.addAll(List.of(US + "daemon", US + "cli"));
    classes().should().resideInAnyPackage(known.toArray(String[]::new)).check(ours);
  }

  @Test
  void onlyTheCommandLineUsesTheCommandLine() {
    noClasses()
        .that(not(resideInAPackage(US + "cli")))
        .should()
        .dependOnClassesThat(resideInAnyPackage(US + "cli", PICOCLI, EMBEDDED))
        .check(ours);
  }

  /** The daemon builds the graph; of consolidation it uses the check alone (decision 0010). */
  @Test
  void theDaemonLooksAtTheSchemaAndNeverChangesIt() {
    noClasses()
        .that()
        .resideInAPackage(US + "daemon")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(US + "consolidation.PlanRunner")
        .check(ours);
  }

  /** Each wire library in one place. */
  @Test
  void eachLibraryHasOneHome() {
    only(MILO_CLIENT, US + "device.opcua");
    only(MILO_SERVER, US + "simulator");
    only(SERIAL, US + "device.serial");
    only(TOML, US + "config");
    noClasses()
        .that()
        .resideOutsideOfPackages(US + "simulator", US + "daemon")
        .should()
        .dependOnClassesThat(resideInAPackage(NATIVE))
        .check(ours);
    only(PROMETHEUS, US + "status");
    only(POOL, US + "store");
    only(BOUNCY_CASTLE, US + "pki");
  }

  /** The others meet the store's SQLException, and ask its data source for no connection. */
  @Test
  void statementsAreMadeInStoreJournalAndConsolidation() {
    noClasses()
        .that()
        .resideOutsideOfPackages(US + "store", US + "journal", US + "consolidation", US + "cli")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.sql.Connection")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.sql.Statement")
        .check(ours);
  }

  private static void only(String library, String home) {
    noClasses()
        .that(not(resideInAPackage(home)))
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .check(ours);
  }
}
