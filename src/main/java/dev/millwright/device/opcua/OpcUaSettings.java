package dev.millwright.device.opcua;

import dev.millwright.settings.Durations;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * How to reach an OPC UA server: table {@code [opcua]} of a machine's file. What is null gets its
 * default. Machines with equal settings share one session.
 *
 * @param endpoint {@code opc.tcp://host[:port][/path]}; port 4840 where none is given
 * @param security the name of the security policy; only {@code None} in this version
 * @param mode whether the server reports changes or is asked for values
 * @param publishing how often the server sends what changed; 10 ms to 1 min, default 250 ms
 * @param sampling how often the server looks at a value; 0 (as fast as it can) to 1 min, default
 *     100 ms
 * @param queueSize how many changes of one value the server keeps between two publications; 2 to
 *     10,000, default 50
 * @param poll how often values are read when they are polled; 10 ms to 10 min, default 1 s
 * @param timeout how long one request may take; 100 ms to 1 min, default 5 s
 */
public record OpcUaSettings(
    @Optional String endpoint,
    @Optional String security,
    @Optional Mode mode,
    @Optional Duration publishing,
    @Optional Duration sampling,
    @Optional Integer queueSize,
    @Optional Duration poll,
    @Optional Duration timeout) {

  /** Who takes the initiative. */
  public enum Mode {
    /** The server reports each change; short-lived states are seen. */
    SUBSCRIBE,
    /** Values are read at an interval; what comes and goes in between is not seen. */
    POLL
  }

  /** As registered for opc.tcp (OPC 10000-6, 7.2). */
  private static final int DEFAULT_PORT = 4840;

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Set<String> NOT_YET =
      Set.of(
          "Basic128Rsa15",
          "Basic256",
          "Basic256Sha256",
          "Aes128_Sha256_RsaOaep",
          "Aes256_Sha256_RsaPss");

  public OpcUaSettings {
    endpoint = inOneSpelling(endpoint);
    mode = mode == null ? Mode.SUBSCRIBE : mode;
    publishing = publishing == null ? Duration.ofMillis(250) : publishing;
    sampling = sampling == null ? Duration.ofMillis(100) : sampling;
    queueSize = queueSize == null ? Integer.valueOf(50) : queueSize;
    poll = poll == null ? Duration.ofSeconds(1) : poll;
    timeout = timeout == null ? Duration.ofSeconds(5) : timeout;
    Rules rules = new Rules();
    check(rules, endpoint, security);
    checkTimes(rules, publishing, sampling, poll, timeout);
    int size = queueSize;
    Duration every = sampling;
    Duration published = publishing;
    rules.also(() -> checkQueue(size, every, published)).check();
  }

  private static void check(Rules rules, String endpoint, String security) {
    rules.also(() -> checkEndpoint(endpoint)).also(() -> checkSecurity(security));
  }

  private static void checkTimes(
      Rules rules, Duration publishing, Duration sampling, Duration poll, Duration timeout) {
    rules
        .also(() -> checkRange("publishing", publishing, Duration.ofMillis(10), MINUTE))
        .also(() -> checkRange("sampling", sampling, Duration.ZERO, MINUTE))
        .also(() -> checkRange("poll", poll, Duration.ofMillis(10), Duration.ofMinutes(10)))
        .also(() -> checkRange("timeout", timeout, Duration.ofMillis(100), MINUTE));
  }

  private static void checkEndpoint(String endpoint) {
    if (endpoint == null) {
      throw new IllegalArgumentException(
          "endpoint: not given; it looks like \"opc.tcp://10.0.0.5:4840\"");
    }
    String wrong = whatIsWrongWith(endpoint);
    if (wrong != null) {
      throw new IllegalArgumentException(
          "endpoint: \"%s\" %s; it looks like \"opc.tcp://10.0.0.5:4840\""
              .formatted(endpoint, wrong));
    }
  }

  /** So that machines are seen to share a server, however their files spell it. */
  private static String inOneSpelling(String endpoint) {
    if (endpoint == null || whatIsWrongWith(endpoint) != null) {
      return endpoint;
    }
    URI uri = URI.create(endpoint);
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceFirst("/$", "");
    return "opc.tcp://%s:%d%s"
        .formatted(
            uri.getHost().toLowerCase(Locale.ROOT),
            uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
            path);
  }

  private static String whatIsWrongWith(String endpoint) {
    URI uri;
    try {
      uri = URI.create(endpoint);
    } catch (IllegalArgumentException e) {
      return "is not a URL";
    }
    if (uri.getScheme() == null || !uri.getScheme().toLowerCase(Locale.ROOT).equals("opc.tcp")) {
      return "does not begin with opc.tcp://";
    }
    if (uri.getHost() == null) {
      return "has no host name or address, or a port that is not a number";
    }
    return uri.getPort() == 0 || uri.getPort() > 65_535 ? "has a port outside 1 to 65535" : null;
  }

  private static void checkSecurity(String security) {
    if (security == null) {
      throw new IllegalArgumentException(
          "security: not given; only \"None\" is available in this version and has to be written"
              + " out, as it neither encrypts nor authenticates");
    }
    if (NOT_YET.contains(security)) {
      throw new IllegalArgumentException(
          "security: \"%s\" is not available yet; only \"None\" is in this version"
              .formatted(security));
    }
    if (!security.equals("None")) {
      throw new IllegalArgumentException(
          "security: \"%s\" is not a security policy; only \"None\" is available in this version"
              .formatted(security));
    }
  }

  private static void checkRange(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: %s is outside %s to %s"
              .formatted(
                  key, Durations.words(value), Durations.words(least), Durations.words(most)));
    }
  }

  /** A queue that fills up between two publications loses the short-lived states that it is for. */
  private static void checkQueue(int size, Duration sampling, Duration publishing) {
    if (size < 2 || size > 10_000) {
      throw new IllegalArgumentException("queue_size: %d is outside 2 to 10000".formatted(size));
    }
    if (sampling.multipliedBy(size).compareTo(publishing) < 0 && !sampling.isZero()) {
      throw new IllegalArgumentException(
          "queue_size: %d samples of %s do not last for the publishing interval of %s"
              .formatted(size, Durations.words(sampling), Durations.words(publishing)));
    }
  }
}
