package dev.millwright.device.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.util.Unit;
import org.eclipse.milo.opcua.stack.transport.client.ClientApplicationContext;
import org.eclipse.milo.opcua.stack.transport.client.OpcClientTransport;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransport;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransportConfig;

/**
 * The TCP connections that the library makes for one session. Its own orderly disconnect waits for
 * the other side, which may be silent; so they are kept, to be closed whatever the other side does.
 */
final class Channels implements AutoCloseable {

  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final OpcTcpClientTransportConfig config;

  Channels(Duration timeout) {
    UInteger limit = uint(timeout.toMillis());
    config =
        OpcTcpClientTransportConfig.newBuilder()
            .setConnectTimeout(limit)
            .setAcknowledgeTimeout(limit)
            .setChannelPipelineCustomizer(pipeline -> keep(pipeline.channel()))
            .build();
  }

  OpcTcpClientTransport transport() {
    return new OpcTcpClientTransport(config);
  }

  /** One that sends something over each new connection before it is used. */
  OpcTcpClientTransport transport(Greeting greeting) {
    return new OpcTcpClientTransport(config) {
      @Override
      public CompletableFuture<Unit> connect(ClientApplicationContext application) {
        return super.connect(application).thenCompose(connected -> greeting.say(this, application));
      }
    };
  }

  /** What is sent first; it completes normally in any case. */
  interface Greeting {
    CompletableFuture<Unit> say(OpcClientTransport transport, ClientApplicationContext application);
  }

  /** The library's own, without a limit of threads: what runs there may block. */
  Executor executor() {
    return config.getExecutor();
  }

  @Override
  public void close() {
    for (Channel channel : open) {
      var unused = channel.close();
    }
  }

  private void keep(Channel channel) {
    open.add(channel);
    channel.closeFuture().addListener(closed -> open.remove(channel));
  }
}
