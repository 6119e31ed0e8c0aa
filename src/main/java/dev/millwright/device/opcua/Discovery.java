package dev.millwright.device.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ubyte;

import dev.millwright.device.LinkException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import org.eclipse.milo.opcua.sdk.client.DiscoveryClient;
import org.eclipse.milo.opcua.stack.core.Stack;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransport;

/** Asks a server, over a connection of its own, which endpoints it offers. */
final class Discovery {

  private static final String[] ANY_LOCALE = {};
  private static final String[] TCP = {Stack.TCP_UASC_UABINARY_TRANSPORT_URI};

  private Discovery() {}

  /** Looks the host up first: the library would, but its failure could not be told from others. */
  static EndpointDescription find(MiloSession session, OpcUaSettings settings, Channels channels)
      throws LinkException, InterruptedException {
    String url = settings.endpoint();
    String host = EndpointUtil.getHost(url);
    session.await(session.background(() -> lookUp(host)), "looking up " + host);
    OpcTcpClientTransport transport = channels.transport();
    DiscoveryClient discovery = new DiscoveryClient(unsecured(url), transport);
    try {
      session.await(discovery.connectAsync(), "connecting");
      return Endpoints.choose(
          settings,
          session
              .await(discovery.getEndpoints(url, ANY_LOCALE, TCP), "asking for endpoints")
              .getEndpoints());
    } finally {
      // First, or it would connect again.
      var unused = transport.disconnect();
      channels.close();
    }
  }

  private static InetAddress lookUp(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }

  private static EndpointDescription unsecured(String url) {
    return new EndpointDescription(
        url,
        null,
        null,
        MessageSecurityMode.None,
        SecurityPolicy.None.getUri(),
        null,
        Stack.TCP_UASC_UABINARY_TRANSPORT_URI,
        ubyte(0));
  }
}
