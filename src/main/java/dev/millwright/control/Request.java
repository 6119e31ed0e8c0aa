package dev.millwright.control;

/** What can be asked for over the socket, in one line. */
public sealed interface Request permits ControlRequest, ReloadRequest {

  /** The line, without its end. */
  String json();

  /**
   * Reads one line.
   *
   * @throws IllegalArgumentException in words, when it is no request
   */
  static Request parse(String line) {
    var json = ControlRequest.object(line);
    return ReloadRequest.TYPE.equals(ControlRequest.text(json, "type"))
        ? ReloadRequest.of(json)
        : ControlRequest.of(json);
  }
}
