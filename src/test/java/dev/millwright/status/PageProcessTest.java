package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.Child;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.Plant;
import dev.millwright.testing.TestDatabase;
import dev.millwright.testing.TestPlant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, while the daemon that it is of is killed and started again. */
@Tag("host")
@Timeout(600)
class PageProcessTest {

  private static final int MACHINES = 13;
  private static final Duration SOON = Duration.ofMinutes(2);

  /** From the start of the new daemon's server on. */
  private static final Duration FRESH_WITHIN = Duration.ofSeconds(20);

  private static final String LOST =
      "(document.getElementById('lost').textContent.match("
          + "/^NOT CONNECTED for (\\d+) s\\. What you see was so at (.+)\\.$/) || [])";
  private static final String LIVE = "document.getElementById('live').textContent";
  private static final String SHOWN =
      "[...document.querySelectorAll('article')]"
          + ".map(a => a.querySelector('h3').textContent + ' ' + a.className).sort().join(', ')";

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  /** I4: what was so is not shown as what is; and nobody has to load the page again. */
  @Test
  void itSaysThatTheDaemonIsGoneAndIsFreshSoonAfterItIsBack() throws Exception {
    TestPlant files =
        TestPlant.in(folder, List.of("url = \"" + DATABASE.urlWithPassword() + "\""), 1);
    int port = FreePort.find();
    Files.writeString(
        files.config(),
        "[status]\nlisten = \"127.0.0.1:%d\"\n[control]\nsocket = \"%s\"\n"
            .formatted(port, folder.resolve("control")),
        StandardOpenOption.APPEND);
    try (Plant plant = Plant.start(folder, files.plant(), files.truth(), 1);
        Child daemon = start(files, "first");
        Chromium browser = new Chromium()) {
      plant.order("go");
      browser.size(1280, 860, false);
      browser.open("http://127.0.0.1:" + port + "/");
      browser.await("document.querySelectorAll('article').length === " + MACHINES, 60);
      browser.await("document.querySelectorAll('article.s-processing').length > 0", 60);
      browser.await(LIVE + " === 'live'", 30);
      browser.value("window.mark = 'the same document'");

      daemon.kill();
      long killed = System.currentTimeMillis();
      browser.await("document.body.classList.contains('lost') && Boolean(" + LOST + "[2])", 30);
      String lastData = browser.value(LOST + "[2]").getAsString();
      String possible =
          browser
              .value(
                  "[0, 1, 2, 3, 4, 5, 6, 7, 8].map(s => new Date("
                      + killed
                      + " - 1000 * s).toLocaleTimeString("
                      + "[], { hour12: false })).join(' ')")
              .getAsString();
      assertTrue(possible.contains(lastData), lastData + " is none of " + possible);
      browser.await(LOST + "[1] >= 5", 30);
      assertEquals(
          lastData, browser.value(LOST + "[2]").getAsString(), "it is of then, not of now");
      assertEquals("not connected", browser.value(LIVE).getAsString());
      assertTrue(
          browser
              .value("getComputedStyle(document.querySelector('main')).filter")
              .getAsString()
              .contains("grayscale"),
          "what was is grey");
      assertEquals(
          0,
          browser
              .value(
                  "[...document.querySelectorAll('article .foot')]"
                      + ".filter(f => f.textContent.includes('under 1 s')).length")
              .getAsInt(),
          "no data looks fresh");
      browser.picture("killed");

      try (Child again = start(files, "second")) {
        long since = System.nanoTime();
        browser.await("!document.body.classList.contains('lost') && " + LIVE + " === 'live'", 60);
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        System.out.println("fresh " + took.toMillis() + " ms after the daemon was back");
        assertTrue(took.compareTo(FRESH_WITHIN) < 0, took::toString);
        assertEquals("the same document", browser.value("window.mark").getAsString());
        browser.await("document.querySelectorAll('article.s-offline').length === 0", 60);
        browser.picture("back");
        plant.order("hold");
        awaitAgreement(browser);
        assertTrue(again.isAlive());
      }
    }
  }

  private Child start(TestPlant files, String name) throws Exception {
    Child daemon =
        Child.start(folder.resolve(name + ".log"), List.of("run", "--config=" + files.config()));
    daemon.awaitLine("the status page is at ", SOON);
    return daemon;
  }

  /** Every card says what the machine's row says. */
  private static void awaitAgreement(Chromium browser) throws Exception {
    long limit = System.nanoTime() + SOON.toNanos();
    String shown = "";
    String rows = " ";
    while (!shown.equals(rows)) {
      assertTrue(System.nanoTime() < limit, "shown: " + shown + "; rows: " + rows);
      Thread.sleep(200);
      shown = browser.value(SHOWN).getAsString();
      rows =
          DATABASE.value(
              "SELECT string_agg(serial_number || ' s-' || status, ', '"
                  + " ORDER BY serial_number COLLATE \"C\") FROM machines");
    }
  }
}
