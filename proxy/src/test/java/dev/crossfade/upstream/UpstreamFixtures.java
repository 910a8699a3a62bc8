package dev.crossfade.upstream;

import dev.crossfade.net.Address;
import dev.crossfade.plan.Balancing;
import dev.crossfade.plan.Ejection;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.Limits;
import dev.crossfade.plan.Probe;
import dev.crossfade.plan.ProxyHeader;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.split.Side;
import dev.crossfade.time.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Endpoints and specs without a socket. */
final class UpstreamFixtures {
  private UpstreamFixtures() {}

  static Endpoint endpoint(int number, Ticker ticker) {
    String address = "10.0.0." + number + ":80";
    Endpoint endpoint =
        new Endpoint(
            new EndpointKey(Side.OLD, address),
            Address.parse(address),
            ticker,
            InstantSource.fixed(Instant.EPOCH));
    endpoint.leadsTo(List.of(new InetSocketAddress("127.0.0.1", number)));
    return endpoint;
  }

  static List<Endpoint> endpoints(int count, Ticker ticker) {
    return IntStream.range(0, count).mapToObj(i -> endpoint(i + 1, ticker)).toList();
  }

  static Members members(List<Endpoint> endpoints, int... weights) {
    int[] all =
        IntStream.range(0, endpoints.size())
            .map(i -> i < weights.length ? weights[i] : 1)
            .toArray();
    return new Members(
        endpoints.toArray(Endpoint[]::new), all, IntStream.range(0, all.length).toArray());
  }

  static UpstreamSpec spec(List<Endpoint> endpoints, Balancing balancing, @Nullable Probe probe) {
    List<String> addresses = new ArrayList<>();
    endpoints.forEach(e -> addresses.add(e.key().address()));
    return new UpstreamSpec(
        Side.OLD,
        addresses,
        null,
        Map.of(),
        balancing,
        probe,
        Ejection.DEFAULT,
        Limits.NONE,
        null,
        ProxyHeader.OFF);
  }

  static Probe probe(Duration interval) {
    return new Probe("/", null, interval, Duration.ofSeconds(1), 200, 399, null, 2, 3);
  }
}
