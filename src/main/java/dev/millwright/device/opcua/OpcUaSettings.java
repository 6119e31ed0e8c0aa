package dev.millwright.device.opcua;

import dev.millwright.pki.Check;
import dev.millwright.settings.Default;
import dev.millwright.settings.Durations;
import dev.millwright.settings.Lines;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import dev.millwright.settings.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How to reach an OPC UA server: table {@code [opcua]} of a machine's file. What is null gets its
 * default. Machines with equal settings share one session.
 *
 * @param endpoint {@code opc.tcp://host[:port][/path]}; port 4840 where none is given
 * @param security the name of the security policy (OPC 10000-7): {@code Basic256Sha256}, which is
 *     the default, {@code Aes128_Sha256_RsaOaep}, {@code Aes256_Sha256_RsaPss} or {@code None}
 * @param mode whether the server reports changes or is asked for values
 * @param publishing how often the server sends what changed; 10 ms to 1 min, default 250 ms
 * @param sampling how often the server looks at a value; 0 (as fast as it can) to 1 min, default
 *     100 ms
 * @param queueSize how many changes of one value the server keeps between two publications; 2 to
 *     10,000, default 50
 * @param poll how often values are read when they are polled; 10 ms to 10 min, default 1 s
 * @param timeout how long one request may take; 100 ms to 1 min, default 5 s
 * @param securityMode what happens to messages; default {@code SIGN_AND_ENCRYPT}; null where the
 *     policy is {@code None}
 * @param user as whom the session is opened; null for an anonymous one, or one with a certificate
 * @param password the user's; null exactly when there is none
 * @param userCertificate the user's certificate in PEM; null for another kind of user
 * @param userKey the key of that, in PEM, PKCS #8; null exactly when there is none
 * @param plainPassword whether the password may go over the network unencrypted
 * @param tolerate checks of the server's certificate that may fail
 */
public record OpcUaSettings(
    @Optional String endpoint,
    @Optional String security,
    @Optional Mode mode,
    @Optional Duration publishing,
    @Optional Duration sampling,
    @Optional Integer queueSize,
    @Optional Duration poll,
    @Optional Duration timeout,
    @Optional OpcUaSecurity.Mode securityMode,
    @Optional String user,
    @Optional Secret password,
    @Optional @Lines Secret userCertificate,
    @Optional @Lines Secret userKey,
    @Default("false") boolean plainPassword,
    @Default("") List<Check> tolerate) {

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

  public OpcUaSettings {
    endpoint = inOneSpelling(endpoint);
    security = security == null ? OpcUaSecurity.DEFAULT.name() : security;
    tolerate = List.copyOf(tolerate);
    mode = mode == null ? Mode.SUBSCRIBE : mode;
    publishing = publishing == null ? Duration.ofMillis(250) : publishing;
    sampling = sampling == null ? Duration.ofMillis(100) : sampling;
    queueSize = queueSize == null ? Integer.valueOf(50) : queueSize;
    poll = poll == null ? Duration.ofSeconds(1) : poll;
    timeout = timeout == null ? Duration.ofSeconds(5) : timeout;
    Rules rules = new Rules();
    String url = endpoint;
    rules.also(() -> checkEndpoint(url));
    checkTimes(rules, publishing, sampling, poll, timeout);
    OpcUaSecurity.Written written =
        new OpcUaSecurity.Written(
            security,
            securityMode,
            user,
            password,
            userCertificate,
            userKey,
            plainPassword,
            tolerate);
    rules.also(() -> OpcUaSecurity.of(written));
    int size = queueSize;
    Duration every = sampling;
    Duration published = publishing;
    rules.also(() -> checkQueue(size, every, published)).check();
  }

  /** For an anonymous session, with all checks. */
  public OpcUaSettings(
      String endpoint,
      String security,
      Mode mode,
      Duration publishing,
      Duration sampling,
      Integer queueSize,
      Duration poll,
      Duration timeout) {
    this(
        endpoint,
        security,
        mode,
        publishing,
        sampling,
        queueSize,
        poll,
        timeout,
        null,
        null,
        null,
        null,
        null,
        false,
        List.of());
  }

  /** How the link is secured. */
  OpcUaSecurity secured() {
    return OpcUaSecurity.of(
        new OpcUaSecurity.Written(
            security,
            securityMode,
            user,
            password,
            userCertificate,
            userKey,
            plainPassword,
            tolerate));
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
