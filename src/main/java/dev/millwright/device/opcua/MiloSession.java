package dev.millwright.device.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import dev.millwright.device.LinkException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfigBuilder;
import org.eclipse.milo.opcua.sdk.client.SessionActivityListener;
import org.eclipse.milo.opcua.sdk.client.UaSession;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransport;

/**
 * One session with one server, from its opening to its first loss. The library would reconnect by
 * itself for ever; that is the link's owner's decision, so the first loss ends this object, and
 * closing it takes the library's machinery down: first its transport, which makes every later
 * attempt fail at once, then its session.
 */
final class MiloSession implements AutoCloseable {

  /**
   * Short, so that a session of a daemon that was killed does not take a place on the server for
   * long; at least two requests that take all of their time fit into it.
   */
  private static final Duration SESSION_TIMEOUT_LEAST = Duration.ofSeconds(10);

  /** How many times within a session's time-out the server is asked something. */
  private static final int ASKED_TIMES = 3;

  private static final long KEEP_ALIVE_MOST_MS = 5_000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final OpcUaSettings settings;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Channels channels;
  private final ClientSecurity security;
  private volatile OpcUaClient client;

  /** What is to be told to the server before the session is opened; null for nothing. */
  private final Farewell before;

  /** Null until it is open, and after the server was told that it is closed. */
  private volatile UaSession untold;

  private volatile boolean absent;
  private volatile boolean opened;

  private final Services services = new Services(this);

  /**
   * @param before of the session that was lost before this one; null when none was
   */
  MiloSession(OpcUaSettings settings, ClientSecurity security, Farewell before) {
    this.settings = settings;
    this.security = security;
    this.before = before;
    channels = new Channels(settings.timeout());
  }

  /** Bounded: each of its four steps by the time-out. */
  void connect() throws LinkException, InterruptedException {
    EndpointDescription endpoint = Discovery.find(this, settings, channels);
    try {
      OpcUaClientConfig config = config(endpoint);
      client = new OpcUaClient(config, transport(config));
    } catch (RuntimeException e) {
      throw new LinkException(settings.endpoint() + ": the server's endpoint is not usable", e);
    }
    client.addSessionActivityListener(
        new SessionActivityListener() {
          @Override
          public void onSessionInactive(UaSession session) {
            lose();
          }
        });
    await(client.connectAsync(), "opening a session");
    untold = await(client.getSessionAsync(), "opening a session");
    opened = true;
    services.readLimits();
  }

  /** Completes, always exceptionally, when the session is lost or closed. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Whether the last failure was that nobody took the connection. */
  boolean isAbsent() {
    return absent;
  }

  /** Whether the server has opened it, at whatever time. */
  boolean wasOpen() {
    return opened;
  }

  /** What the next session has to tell the server first; null for nothing. */
  Farewell farewell() {
    UaSession session = untold;
    return session != null
        ? new Farewell(session)
        : before == null || before.isAnswered() ? null : before;
  }

  /** How long nothing may be asked at most, or the server, which has the last word, gives up. */
  Duration silenceMost() {
    UaSession session = untold;
    long timeout =
        session == null ? sessionTimeout().toMillis() : session.getSessionTimeout().longValue();
    return Duration.ofMillis(Math.max(1, timeout / ASKED_TIMES));
  }

  private Duration sessionTimeout() {
    Duration twice = settings.timeout().multipliedBy(2);
    return twice.compareTo(SESSION_TIMEOUT_LEAST) < 0 ? SESSION_TIMEOUT_LEAST : twice;
  }

  OpcUaClient client() {
    return client;
  }

  /** What can be asked of the server. */
  Services services() {
    return services;
  }

  String endpoint() {
    return settings.endpoint();
  }

  /** How long an answer may take. */
  Duration timeout() {
    return settings.timeout();
  }

  /** Waits, unless the session ends. */
  void pause(long nanos) throws LinkException, InterruptedException {
    try {
      ended.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new LinkException(e.getCause().getMessage(), e);
    }
  }

  /** Waits for a library call, for as long as one request may take, unless the session ends. */
  <T> T await(CompletableFuture<T> work, String doing) throws LinkException, InterruptedException {
    try {
      return awaitOrFail(work, doing);
    } catch (UaException e) {
      throw failed(doing, e);
    }
  }

  /** As {@link #await}, for a caller that makes something of the server's refusal. */
  <T> T awaitOrFail(CompletableFuture<T> work, String doing)
      throws LinkException, UaException, InterruptedException {
    try {
      CompletableFuture.anyOf(ended, work)
          .get(settings.timeout().toMillis() + 100, TimeUnit.MILLISECONDS);
      return work.get();
    } catch (TimeoutException e) {
      throw failed(doing, e);
    } catch (ExecutionException e) {
      if (ended.isCompletedExceptionally()) {
        pause(0);
      }
      if (e.getCause() instanceof UaException refusal) {
        throw refusal;
      }
      throw failed(doing, e);
    }
  }

  /** Runs a blocking library call where waiting for it can be bounded. */
  <T> CompletableFuture<T> background(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, channels.executor());
  }

  @Override
  public void close() {
    boolean alive = !ended.isDone();
    end("closed");
    OpcUaClient open = client;
    // Without a client yet, connect() fails on its own thread, which then closes once more.
    if (open == null || !closed.compareAndSet(false, true)) {
      return;
    }
    try {
      if (alive) {
        open.disconnectAsync().get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        untold = null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // It does not answer; then it is cut off.
    }
    cutOff(open);
  }

  private void cutOff(OpcUaClient open) {
    CompletableFuture<?> down =
        open.getTransport()
            .disconnect()
            .handle((done, failure) -> done)
            .thenCompose(done -> open.getSessionFsm().closeSession());
    channels.close();
    try {
      down.get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Its own timers, all shorter than a minute, end what is left.
    }
  }

  private void lose() {
    end("the session was lost: the connection broke, or the server did not answer");
    OpcUaClient open = client;
    if (!closed.get()) {
      // Before the library's first attempt to reconnect; close() does the rest.
      var unused = open.getTransport().disconnect();
    }
  }

  private void end(String why) {
    ended.completeExceptionally(new LinkException(settings.endpoint() + ": " + why));
  }

  LinkException failed(String doing, Exception failure) {
    absent = Words.isAbsence(failure);
    String words =
        settings.endpoint() + ": " + doing + ": " + Words.of(failure, settings.timeout());
    // Its own message is the status once more, which the log would append.
    return failure instanceof UaException
        ? new LinkException(words)
        : new LinkException(words, failure);
  }

  private OpcTcpClientTransport transport(OpcUaClientConfig config) {
    Duration limit = settings.timeout().dividedBy(2);
    return before == null
        ? channels.transport()
        : channels.transport(
            (transport, application) -> before.say(transport, application, config, limit));
  }

  private OpcUaClientConfig config(EndpointDescription endpoint) throws LinkException {
    UInteger limit = uint(settings.timeout().toMillis());
    OpcUaClientConfigBuilder config = OpcUaClientConfig.builder();
    security.configure(config, endpoint);
    return config
        .setEndpoint(endpoint)
        .setApplicationName(LocalizedText.english("Millwright"))
        .setProductUri("urn:millwright")
        .setSessionName(() -> "Millwright")
        .setSessionTimeout(uint(sessionTimeout().toMillis()))
        .setRequestTimeout(limit)
        // One at a time, or responses overtake each other on the library's threads (decision 0033).
        .setMaxPendingPublishRequests(uint(1))
        .setKeepAliveInterval(
            uint(Math.min(KEEP_ALIVE_MOST_MS, sessionTimeout().toMillis() / ASKED_TIMES)))
        .setKeepAliveTimeout(limit)
        .setKeepAliveFailuresAllowed(uint(0))
        .build();
  }
}
