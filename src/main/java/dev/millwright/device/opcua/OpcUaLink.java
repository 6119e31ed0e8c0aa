package dev.millwright.device.opcua;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.PortWatch;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Tap;
import dev.millwright.device.Written;
import dev.millwright.pki.Pki;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;

/**
 * One session with an OPC UA server, however many of its machines are observed.
 *
 * <p>It never reconnects by itself: any loss is a {@link LinkException}, and the next {@link #open}
 * begins with a new client, after the old one was closed, resolves namespaces anew and reads
 * everything once.
 */
public final class OpcUaLink implements Link {

  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration RETRY = Duration.ofSeconds(10);

  /** Each is a kind of revision; more than a few would be a server that varies them. */
  private static final int SAID_MOST = 100;

  private final OpcUaSettings settings;
  private final List<OpcUaMachine> machines;
  private final Consumer<String> notices;
  private final Duration retryInterval;
  private final ClientSecurity security;
  private final Tap tap;

  /** What has been said once and would be said again at each connect. */
  private final Set<String> said = new HashSet<>();

  private final PortWatch port;
  private volatile MiloSession session;
  private Source source;
  private Writer writer;

  /**
   * Contacts nothing yet.
   *
   * @param pki the certificates; null where the settings need none
   * @param machines at least one; each serial number once
   * @param notices takes what a technician should know though the link works, such as intervals
   *     that the server revised; called by the link's own thread
   */
  public OpcUaLink(
      OpcUaSettings settings, Pki pki, List<OpcUaMachine> machines, Consumer<String> notices) {
    this(settings, pki, machines, notices, Tap.NONE);
  }

  /**
   * The same with a listener.
   *
   * @param tap hears the status code and the times of each value that is read
   */
  public OpcUaLink(
      OpcUaSettings settings,
      Pki pki,
      List<OpcUaMachine> machines,
      Consumer<String> notices,
      Tap tap) {
    this(settings, pki, machines, notices, RETRY, tap);
  }

  OpcUaLink(
      OpcUaSettings settings,
      Pki pki,
      List<OpcUaMachine> machines,
      Consumer<String> notices,
      Duration retryInterval) {
    this(settings, pki, machines, notices, retryInterval, Tap.NONE);
  }

  private OpcUaLink(
      OpcUaSettings settings,
      Pki pki,
      List<OpcUaMachine> machines,
      Consumer<String> notices,
      Duration retryInterval,
      Tap tap) {
    this.tap = tap;
    this.settings = settings;
    this.security = new ClientSecurity(settings, pki);
    this.machines = List.copyOf(machines);
    this.notices = text -> notices.accept(settings.endpoint() + ": " + text);
    this.retryInterval = retryInterval;
    port =
        new PortWatch(
            EndpointUtil.getHost(settings.endpoint()),
            EndpointUtil.getPort(settings.endpoint()),
            new SplittableRandom());
    long names = this.machines.stream().map(OpcUaMachine::serialNumber).distinct().count();
    if (names == 0 || names < this.machines.size()) {
      throw new IllegalArgumentException(
          "machines: at least one, each serial number once, not " + this.machines);
    }
  }

  @Override
  public String name() {
    return settings.endpoint();
  }

  @Override
  public void open() throws LinkException {
    close();
    security.remind(notices);
    MiloSession opened =
        new MiloSession(settings, security, session == null ? null : session.farewell());
    session = opened;
    boolean done = false;
    try {
      opened.connect();
      Nodes nodes = new Nodes(machines, tap);
      nodes.resolve(opened);
      source = source(opened, nodes);
      writer = new Writer(opened, nodes);
      done = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException(name() + ": interrupted while connecting", e);
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  @Override
  public List<Observation> observe(Duration atMost) throws LinkException, InterruptedException {
    if (source == null) {
      throw new LinkException(name() + ": not open");
    }
    security.remind(notices);
    boolean done = false;
    try {
      security.requireStillTrusted();
      List<Observation> seen = source.observe(atMost.toNanos());
      done = true;
      return seen;
    } finally {
      if (!done) {
        close();
        source = null;
      }
    }
  }

  /**
   * While nobody listens, looking costs the server nothing; a server that is up is left alone but
   * for one look after a session broke: it may just have gone, and be back long before the next
   * attempt.
   */
  @Override
  public boolean awaitReturn(Duration atMost) throws InterruptedException {
    MiloSession last = session;
    boolean mayBeAway = last != null && (last.isAbsent() || last.wasOpen());
    return mayBeAway ? port.await(atMost, last.isAbsent()) : Link.super.awaitReturn(atMost);
  }

  @Override
  public List<Written> write(String machine, List<TagWrite> writes)
      throws LinkException, InterruptedException {
    return write(machine, writes, false);
  }

  @Override
  public Written writeEnd(String machine, TagWrite write)
      throws LinkException, InterruptedException {
    return write(machine, List.of(write), true).get(0);
  }

  private List<Written> write(String machine, List<TagWrite> writes, boolean isEnd)
      throws LinkException, InterruptedException {
    if (source == null) {
      throw new LinkException(name() + ": not open");
    }
    OpcUaMachine to =
        machines.stream()
            .filter(known -> known.serialNumber().equals(machine))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(machine + " is not on " + name()));
    boolean done = false;
    try {
      List<Written> written = writer.write(to, writes, isEnd);
      done = true;
      return written;
    } finally {
      if (!done) {
        close();
        source = null;
      }
    }
  }

  /** Opening asks for much, one after the other, and for more the more tags there are. */
  @Override
  public Duration longestCall() {
    return settings.timeout().multipliedBy(20).plusSeconds(30);
  }

  @Override
  public void close() {
    MiloSession open = session;
    if (open != null) {
      open.close();
    }
  }

  private Source source(MiloSession opened, Nodes nodes)
      throws LinkException, InterruptedException {
    Retry retry = new Retry(FIRST_RETRY, retryInterval, new SplittableRandom());
    Duration fresh = shorter(third(), opened.silenceMost());
    if (settings.mode() == OpcUaSettings.Mode.SUBSCRIBE) {
      Subscribed subscribed = new Subscribed(settings, opened, nodes, retry, fresh, notices);
      String refusal = subscribed.begin(this::tellOnce);
      if (refusal == null) {
        return subscribed;
      }
      tellOnce("the server cannot subscribe (" + refusal + "); values are polled instead");
    }
    return new Polling(opened, nodes, retry, shorter(settings.poll(), fresh));
  }

  private void tellOnce(String notice) {
    if (said.size() < SAID_MOST && said.add(notice)) {
      notices.accept(notice);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** How often data must be proven fresh: a third of the shortest staleness limit. */
  private Duration third() {
    return machines.stream()
        .map(OpcUaMachine::staleAfter)
        .min(Comparator.naturalOrder())
        .orElseThrow()
        .dividedBy(3);
  }
}
