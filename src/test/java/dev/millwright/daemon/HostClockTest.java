package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the kernel says of the clock is what others read from it. */
class HostClockTest {

  /** Perl has struct timex by its packed form alone: another reading of the same words. */
  private static final String PERL =
      "my $t = pack('l!l!l!l!l!l!l!x256'); my $r = syscall(%d, $t);"
          + " my @w = unpack('l!7', $t); print \"$r $w[3]\"";

  @Test
  void theKernelTellsHowWrongTheClockMayBe() {
    Duration error = HostClock.largestError();
    assertNotNull(error, "this kernel can be asked");
    assertTrue(!error.isNegative() && error.compareTo(Duration.ofSeconds(16)) <= 0, "" + error);
    assertEquals(error.compareTo(Duration.ofSeconds(16)) < 0, HostClock.isSynchronized());
  }

  @Test
  void anotherProgramReadsTheSame() throws Exception {
    assumeTrue("amd64".equals(System.getProperty("os.arch")), "the number of the system call");
    Duration before = HostClock.largestError();
    Matcher told = Pattern.compile("(\\d) (\\d+)").matcher(perl(PERL.formatted(159)));
    Duration after = HostClock.largestError();
    assertTrue(told.matches(), told.toString());
    Duration other = Duration.ofNanos(Long.parseLong(told.group(2)) * 1_000);
    // It counts up each second, and a time daemon may have set it just now.
    Duration near = Duration.ofMillis(50);
    assertTrue(
        other.minus(before).abs().compareTo(near) < 0
            || other.minus(after).abs().compareTo(near) < 0,
        before + ", " + other + ", " + after);
  }

  private static String perl(String program) throws IOException, InterruptedException {
    Process perl = new ProcessBuilder("perl", "-e", program).redirectErrorStream(true).start();
    String told = new String(perl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, perl.waitFor(), told);
    return told;
  }
}
