package dev.millwright.status;

import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import dev.millwright.settings.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the status page is: the table {@code [status]} of the main file.
 *
 * @param listen an address of this host and a port, such as {@code 127.0.0.1:9470}; port 0 takes a
 *     free one; empty for no page
 * @param token what every request has to bring; null on loopback alone, where it may be left out
 * @param names further names by which browsers may call this host; an address and {@code localhost}
 *     need not be here
 */
public record StatusSettings(
    @Default("127.0.0.1:9470") String listen,
    @Optional Secret token,
    @Default("") List<String> names) {

  /** A token that nobody guesses, however fast. */
  private static final int MIN_TOKEN = 16;

  private static final int MAX_NAMES = 20;

  /** No name: looking one up would contact something. */
  private static final Pattern LISTEN =
      Pattern.compile("(localhost|[0-9.]+|\\[[0-9a-fA-F:.]+\\]):([0-9]{1,5})");

  /** RFC 1123, section 2.1. */
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9-]+)*");

  public StatusSettings {
    names = names == null ? List.of() : List.copyOf(names);
    InetSocketAddress address = parsed(listen);
    Rules rules =
        new Rules()
            .require(
                listen == null || listen.isEmpty() || address != null,
                "listen",
                "\""
                    + listen
                    + "\" is not an address of this host and a port, such as 127.0.0.1:9470 or"
                    + " [::1]:9470; an empty text is no page")
            .require(
                address == null || address.getAddress().isLoopbackAddress() || token != null,
                "token_file",
                "others can reach "
                    + listen
                    + "; name a file with a token of "
                    + MIN_TOKEN
                    + " characters or more, or listen on 127.0.0.1")
            .require(
                token == null || token.reveal().length() >= MIN_TOKEN,
                "token_file",
                "the token has fewer than " + MIN_TOKEN + " characters")
            .require(
                names.size() <= MAX_NAMES,
                "names",
                names.size() + " are more than the limit of " + MAX_NAMES);
    for (String name : names) {
      rules.require(
          NAME.matcher(name).matches(), "names", "\"" + name + "\" is not the name of a host");
    }
    rules.check();
  }

  /** Whether there is a page. */
  public boolean isOn() {
    return !listen.isEmpty();
  }

  /** Where to listen; only where {@link #isOn}. */
  InetSocketAddress address() {
    return parsed(listen);
  }

  /** Whether a browser may call this host so. */
  boolean isName(String host) {
    return host.equalsIgnoreCase("localhost") || names.stream().anyMatch(host::equalsIgnoreCase);
  }

  private static InetSocketAddress parsed(String listen) {
    Matcher matcher = LISTEN.matcher(listen == null ? "" : listen.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return null;
    }
    int port = Integer.parseInt(matcher.group(2));
    String host = matcher.group(1).equals("localhost") ? "127.0.0.1" : matcher.group(1);
    // Java would take 127.1 as an address as well; nobody means it.
    if (port > 0xFFFF || (host.indexOf(':') < 0 && host.split("\\.", -1).length != 4)) {
      return null;
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
