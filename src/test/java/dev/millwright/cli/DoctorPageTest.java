package dev.millwright.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.millwright.daemon.Daemon;
import dev.millwright.runtime.TimeSource;
import dev.millwright.testing.FreePort;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} says of the status page. */
@Timeout(60)
class DoctorPageTest {

  private static final String TOKEN = "a-token-that-nobody-guesses";

  @TempDir private Path folder;
  private Sites sites;
  private int port;

  @BeforeEach
  void site() throws Exception {
    sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.virtual("V-1", true);
    port = FreePort.find();
  }

  private void listen(String address) throws Exception {
    sites.add("[control]\nsocket = \"" + folder.resolve("c.sock") + "\"\n");
    sites.add("[status]\nlisten = \"" + address + "\"\n");
  }

  private Diagnosis look() throws Exception {
    return DoctorPage.look(Patients.of(sites)).get(0);
  }

  /** A busy host may keep the page from answering within the doctor's patience for once. */
  private Diagnosis answered() throws Exception {
    Diagnosis found = look();
    for (int tries = 1; found.words().contains("does not answer") && tries < 20; tries++) {
      found = look();
    }
    return found;
  }

  /** One that listens at all addresses answers nobody who calls it 0.0.0.0. */
  @Test
  void a_page_for_the_whole_plant_is_asked_at_one_address_and_with_its_token() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    listen("0.0.0.0:" + port);
    sites.add("token_file = \"" + token + "\"\n");
    try (Daemon daemon =
        Daemon.start(Patients.of(sites).configuration(), null, TimeSource.system())) {
      assertTrue(daemon.commanded().machines().isEmpty());
      Diagnosis found = answered();
      assertEquals(Diagnosis.Level.OK, found.level(), found::toString);
      assertTrue(found.words().startsWith("http://127.0.0.1:" + port + " answers: "));
      // The file has changed since, and the daemon was not started anew.
      Files.writeString(token, "another-token-of-tomorrow");
      Diagnosis refused = answered();
      assertEquals(Diagnosis.Level.WARNING, refused.level(), refused::toString);
      assertTrue(refused.words().contains("code 401"), refused::words);
      assertTrue(!refused.toString().contains("tomorrow"), "secrets are never shown");
    }
  }

  /** It may say anything, and at any length. */
  @Test
  void another_program_at_the_port_is_told_as_such() throws Exception {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(404, 0);
          byte[] noise = "no such thing\n".repeat(100).getBytes(UTF_8);
          try (OutputStream body = exchange.getResponseBody()) {
            // Until whoever has asked is gone.
            for (int i = 0; i < 1_000_000; i++) {
              body.write(noise);
            }
          }
        });
    other.start();
    try {
      listen("127.0.0.1:" + port);
      Diagnosis found = answered();
      assertEquals(Diagnosis.Level.WARNING, found.level(), found::toString);
      assertTrue(found.words().contains("code 404: no such thing; no such thing"), found::words);
      assertTrue(found.words().length() < 300, found::words);
      assertTrue(found.advice().contains("another program"), found::advice);
    } finally {
      other.stop(0);
    }
  }

  @Test
  void nobody_at_the_port_is_a_warning() throws Exception {
    listen("[::1]:" + port);
    assertEquals(
        Diagnosis.warning(
            "status page", "http://[::1]:" + port + " does not answer", "start the daemon"),
        look());
  }

  @Test
  void a_page_that_is_turned_off_or_anywhere_is_no_trouble() throws Exception {
    listen("");
    assertEquals(Diagnosis.ok("status page", "is turned off"), look());
    Path main = sites.file();
    Files.writeString(
        main, Files.readString(main).replace("listen = \"\"", "listen = \"127.0.0.1:0\""));
    assertEquals(Diagnosis.ok("status page", "is at a free port, which the log tells"), look());
  }
}
