package dev.millwright.daemon;

import com.sun.net.httpserver.HttpHandler;
import dev.millwright.config.Configuration;
import dev.millwright.pki.Hosts;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.TimeSource;
import dev.millwright.status.Board;
import dev.millwright.status.StatusServer;
import dev.millwright.status.StatusSettings;
import dev.millwright.store.MachineStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a daemon shows of itself over HTTP. */
final class Showing implements AutoCloseable {

  private final Board board;
  private final StatusServer server;

  private Showing(Board board, StatusServer server) {
    this.board = board;
    this.server = server;
  }

  /**
   * Begins to show; null where the configuration wants no page.
   *
   * @param others pages for programs, by their paths
   */
  static Showing start(
      Configuration configuration,
      Engine engine,
      MachineStore store,
      TimeSource time,
      Map<String, HttpHandler> others) {
    StatusSettings settings = configuration.section(StatusSettings.class);
    if (!settings.isOn()) {
      return null;
    }
    Board board = new Board(engine::overview, store::history, Hosts.local(), time);
    Map<String, HttpHandler> pages = new HashMap<>(others);
    pages.putAll(board.handlers());
    StatusServer server = new StatusServer(settings, pages, time);
    board.start();
    server.start();
    return new Showing(board, server);
  }

  /** One for each of its loops, and for each browser that is being answered. */
  List<Heartbeat> heartbeats() {
    List<Heartbeat> all = new ArrayList<>(board.heartbeats());
    all.addAll(server.heartbeats());
    return all;
  }

  /** Where the page is; null while it is nowhere. */
  String address() {
    return server.address();
  }

  @Override
  public void close() {
    board.close();
    server.close();
  }
}
