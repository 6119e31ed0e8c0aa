package dev.millwright.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this host. */
public final class Hosts {

  private Hosts() {}

  /** As other hosts may know it; {@code localhost} where it has none. */
  public static String local() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
