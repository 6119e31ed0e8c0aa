package dev.millwright.control;

import dev.millwright.control.ControlNews.State;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Command.Source;
import dev.millwright.runtime.CommandReader;
import dev.millwright.runtime.CommandReader.Reading;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.Commanded;
import dev.millwright.runtime.Complaints;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.LoopState;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.Similar;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tinylog.Logger;

/**
 * The one thread that serves the control socket. It waits for no machine and for no client: whoever
 * is slow is hung up on, and any number of starts under way leave room for a stop.
 */
public final class ControlServer implements Runnable, AutoCloseable {

  /** How many may be asking at once. */
  static final int MOST_ASKING = 16;

  /** How many may wait for the end of what they have asked for. */
  static final int MOST_WAITING = 256;

  /** How long a request may take to come. */
  static final Duration ASK_WITHIN = Duration.ofSeconds(5);

  /** One round of its thread, which waits for nobody but a machine that decides. */
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofMillis(250);

  /** While nobody is there, who could be silent for too long. */
  private static final Duration LOOK_ALONE = Duration.ofSeconds(10);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

  private final Commanded commanded;
  private final Collection<String> machines;
  private final Reports reports;
  private final Reloads reloads;
  private final ControlSocket socket;
  private final Selector selector;
  private final Thread thread;
  private final Complaints complaints = new Complaints("control", TimeSource.system(), true);
  private final Heartbeat heartbeat = new Heartbeat(LONGEST_ROUND, TimeSource.system());

  /** Results, told by other threads. At most as many as there are conversations. */
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();

  private volatile boolean leaving;
  private volatile boolean stopping;

  private record Told(Conversation to, ControlNews news) {}

  /**
   * @param machines the serial numbers of all machines of this daemon, at any time
   * @param reporter tells whoever only looks
   * @param onDeath called when the thread has died of what nothing can be done about
   * @throws IOException in words, when there is no such socket to be had
   */
  public ControlServer(
      ControlSettings settings,
      Commanded commanded,
      Collection<String> machines,
      Reporter reporter,
      Reloads reloads,
      Consumer<Throwable> onDeath)
      throws IOException {
    this.commanded = commanded;
    this.machines = Collections.unmodifiableCollection(machines);
    this.reports = new Reports(reporter, MOST_ASKING);
    this.reloads = reloads;
    this.socket = ControlSocket.open(settings.socket());
    this.selector = Selector.open();
    socket.channel().register(selector, SelectionKey.OP_ACCEPT);
    this.thread = new Thread(this, "control");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((dead, why) -> onDeath.accept(why));
  }

  /** Beats while its thread goes on. */
  public Heartbeat heartbeat() {
    return heartbeat;
  }

  /** How its thread fares. */
  public LoopState loop() {
    return LoopState.of(thread, heartbeat);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  @Override
  public void run() {
    try (selector) {
      while (!stopping) {
        heartbeat.beat();
        boolean alone = selector.keys().size() == 1;
        selector.select((alone ? LOOK_ALONE : LOOK).toMillis());
        selector.selectedKeys().forEach(this::serve);
        selector.selectedKeys().clear();
        tellResults();
        hangUpOnSilent();
      }
      tellResults();
      conversations().forEach(Conversation::close);
    } catch (IOException e) {
      Logger.error(LogLine.of("control", "no commands are taken any more: " + LogLine.cause(e)));
    }
  }

  private void serve(SelectionKey key) {
    if (key.attachment() instanceof Conversation conversation) {
      if (key.isValid() && key.isWritable()) {
        conversation.goOn();
      }
      if (key.isValid() && key.isReadable()) {
        listen(conversation);
      }
    } else if (key.isValid() && !leaving) {
      accept();
    }
  }

  private void accept() {
    try {
      SocketChannel channel = socket.channel().accept();
      if (channel == null) {
        return;
      }
      complaints.well("somebody can be let in again");
      channel.configureBlocking(false);
      Conversation conversation = new Conversation(channel, selector, System.nanoTime());
      if (asking() >= MOST_ASKING) {
        refuse(conversation, MOST_ASKING + " others are asking at this moment; try again");
      } else {
        channel.register(selector, SelectionKey.OP_READ, conversation);
      }
    } catch (IOException e) {
      complaints.trouble("accept", "somebody could not be let in: " + LogLine.cause(e));
      // Too many open files, most likely: whoever asks is still there at the next look.
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private List<Conversation> conversations() {
    return selector.keys().stream()
        .filter(key -> key.isValid() && key.attachment() != null)
        .map(key -> (Conversation) key.attachment())
        .toList();
  }

  private long asking() {
    return conversations().stream().filter(conversation -> !conversation.hasAsked()).count();
  }

  private void listen(Conversation conversation) {
    try {
      String line = conversation.read();
      if (line != null) {
        Request request = Request.parse(line);
        if (request instanceof ReloadRequest reload) {
          ask(conversation, reload);
        } else if (request instanceof ControlRequest command) {
          ask(conversation, command);
        }
      }
    } catch (IllegalArgumentException | Conversation.TooLongException e) {
      refuse(conversation, e.getMessage());
    } catch (IOException e) {
      // What was asked for goes on; only nobody waits for it here.
      conversation.close();
    } catch (RuntimeException e) {
      Logger.error(e, LogLine.of("control", "a fault of the daemon"));
      refuse(conversation, "a fault of the daemon: " + e);
    }
  }

  private void ask(Conversation conversation, ReloadRequest request) {
    if (leaving) {
      refuse(conversation, "the daemon is stopping");
    } else {
      reloads.reload(request, conversation.user(), news -> tell(conversation, news));
    }
  }

  private void ask(Conversation conversation, ControlRequest request) {
    UUID id = UUID.randomUUID();
    if (request.isStatus()) {
      String why = request.machine() == null ? null : unknown(request.machine());
      if (why == null) {
        reports.make(id, request.machine(), news -> tell(conversation, news));
      } else {
        refuse(conversation, why);
      }
      return;
    }
    String user = conversation.user();
    Reading reading = CommandReader.read(request.row(id, user, Instant.now()), Source.CONTROL);
    String why = reading.mistake() != null ? reading.mistake() : unknown(request.machine());
    if (leaving) {
      why = "the daemon is stopping";
    }
    if (why != null) {
      refuse(conversation, why);
      return;
    }
    Command command = reading.command();
    Logger.info(LogLine.of(request.machine(), words(command, user)));
    boolean room = conversations().size() <= MOST_WAITING;
    commanded.command(
        request.machine(), command, result -> tell(conversation, news(command.id(), result)));
    Told first = told.stream().filter(one -> one.to() == conversation).findFirst().orElse(null);
    if (first == null) {
      String note =
          room ? null : MOST_WAITING + " others wait already; see the history for its end";
      say(conversation, new ControlNews(State.TAKEN, id, note, null));
      if (!request.await() || !room) {
        conversation.close();
      }
    }
  }

  private static ControlNews news(UUID command, CommandResult result) {
    return new ControlNews(
        result.completed() ? State.COMPLETED : State.FAILED,
        command,
        result.message(),
        result.process());
  }

  /** Null when it is one of ours. */
  private String unknown(String machine) {
    if (machine == null) {
      return "machine: none is named";
    }
    return machines.contains(machine)
        ? null
        : "this daemon has no machine \"" + machine + "\"" + Similar.hint(machine, machines);
  }

  private static String words(Command command, String user) {
    StringBuilder words = new StringBuilder();
    words.append(command.kind().name().toLowerCase(Locale.ROOT)).append(" by control");
    add(words, "user", user);
    add(words, "recipe", command.recipe());
    add(words, "operator", command.origin().operator());
    add(words, "reason", command.origin().reason());
    return words.append("  command=").append(command.id()).toString();
  }

  private static void add(StringBuilder words, String key, String value) {
    if (value != null) {
      words.append("  ").append(key).append('=').append(value);
    }
  }

  private void tell(Conversation to, ControlNews news) {
    told.add(new Told(to, news));
    selector.wakeup();
  }

  private void tellResults() {
    for (Told one = told.poll(); one != null; one = told.poll()) {
      say(one.to(), one.news());
      one.to().finish();
    }
  }

  private void refuse(Conversation conversation, String why) {
    say(conversation, ControlNews.failed(null, why));
    conversation.finish();
  }

  private static void say(Conversation conversation, ControlNews news) {
    try {
      conversation.say(news);
    } catch (IOException e) {
      conversation.close();
    }
  }

  private void hangUpOnSilent() {
    long now = System.nanoTime();
    for (Conversation conversation : conversations()) {
      if (!conversation.hasAsked() && now - conversation.since() >= ASK_WITHIN.toNanos()) {
        refuse(conversation, "nothing was asked for within " + ASK_WITHIN.toSeconds() + " s");
      } else if (conversation.isDeaf(now)) {
        conversation.close();
      }
    }
  }

  /** Takes nothing more; whoever waits goes on waiting. */
  public void leave() {
    leaving = true;
  }

  /** Tells the results that there are, and hangs up. The machines were stopped before. */
  @Override
  public void close() {
    leaving = true;
    stopping = true;
    reports.close();
    selector.wakeup();
    try {
      thread.join(STOP_LIMIT.toMillis());
      socket.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      Logger.warn(LogLine.of("control", "the socket stays: " + LogLine.cause(e)));
    }
  }
}
