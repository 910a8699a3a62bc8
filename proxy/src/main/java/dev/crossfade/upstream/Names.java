package dev.crossfade.upstream;

import dev.crossfade.net.Address;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DefaultDnsCache;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the names of endpoints, on a thread of its own. A name is asked for every second and
 * answered from the cache of Netty's resolver for as long as its time to live says; so an answer is
 * used until it has run out and not longer, and the name servers are asked no more often than that.
 * The last good answer stays while there is no new one.
 */
final class Names implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Names.class);

  /** How often the cache is asked. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** How long a name rests that could not be found. */
  private static final int NOT_KNOWN_SECONDS = 5;

  private final EventLoopGroup thread =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("names", true), NioIoHandler.newFactory());
  private final DnsNameResolver resolver;
  private final Supplier<Collection<Endpoint>> endpoints;

  /** What is under way or has failed; of the thread. */
  private final Map<Endpoint, Long> restingUntil = new HashMap<>();

  private long seconds;

  /**
   * @param endpoints those whose names are wanted at present
   */
  Names(PoolSettings.Names settings, Supplier<Collection<Endpoint>> endpoints) {
    this.endpoints = endpoints;
    DnsNameResolverBuilder builder =
        new DnsNameResolverBuilder(thread.next())
            .datagramChannelType(NioDatagramChannel.class)
            .socketChannelType(NioSocketChannel.class)
            .queryTimeoutMillis(settings.timeout().toMillis())
            .resolveCache(new DefaultDnsCache(1, Integer.MAX_VALUE, 0));
    if (!settings.servers().isEmpty()) {
      builder.nameServerProvider(
          new SequentialDnsServerAddressStreamProvider(
              settings.servers().stream().map(Names::server).toArray(InetSocketAddress[]::new)));
    }
    resolver = builder.build();
    thread.scheduleWithFixedDelay(
        this::lookUpAll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static InetSocketAddress server(String text) {
    return Address.parse(text).resolve();
  }

  private void lookUpAll() {
    seconds++;
    try {
      Collection<Endpoint> wanted = endpoints.get();
      restingUntil.keySet().retainAll(wanted);
      for (Endpoint endpoint : wanted) {
        if (restingUntil.getOrDefault(endpoint, 0L) <= seconds) {
          lookUp(endpoint);
        }
      }
    } catch (RuntimeException e) {
      // A task that throws is not run again.
      log.error("Names could not be looked up", e);
    }
  }

  /** On any thread. Completes when the answer has been taken. */
  Future<?> lookUp(Endpoint endpoint) {
    Promise<Void> taken = thread.next().newPromise();
    thread.execute(
        () -> {
          restingUntil.put(endpoint, Long.MAX_VALUE);
          String host = String.valueOf(endpoint.address().host());
          resolver
              .resolveAll(host)
              .addListener(
                  (Future<List<InetAddress>> found) -> {
                    take(endpoint, found);
                    taken.setSuccess(null);
                  });
        });
    return taken;
  }

  private void take(Endpoint endpoint, Future<List<InetAddress>> found) {
    if (found.isSuccess() && !found.getNow().isEmpty()) {
      restingUntil.put(endpoint, 0L);
      int port = endpoint.address().port();
      endpoint.leadsTo(
          found.getNow().stream()
              .distinct()
              .sorted(IN_ORDER)
              .map(address -> new InetSocketAddress(address, port))
              .toList());
    } else {
      restingUntil.put(endpoint, seconds + NOT_KNOWN_SECONDS);
      endpoint.notFound(
          found.cause() == null ? "no address" : String.valueOf(found.cause().getMessage()));
    }
  }

  /** Servers turn their answers round; that alone is no change. */
  private static final Comparator<InetAddress> IN_ORDER =
      Comparator.<InetAddress, Boolean>comparing(address -> !(address instanceof Inet4Address))
          .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

  @Override
  public void close() {
    resolver.close();
    thread.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
