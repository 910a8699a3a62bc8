package dev.crossfade.plan;

import dev.crossfade.split.Side;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One side's application as configured.
 *
 * @param endpoints addresses, at least one: {@code host:port}, {@code [v6]:port} or {@code
 *     unix:/path}
 * @param host value of Host towards the upstream, absent to pass on the client's
 * @param weights of endpoints whose weight is not 1, by address; 1 … {@value #MOST_WEIGHT}
 * @param balancing how requests are spread over the endpoints
 * @param probe what endpoints are asked to show that they are well; null for no such question
 * @param ejection when an endpoint is left out for its answers
 * @param limits of what the side is given at a time
 * @param tls null for cleartext
 * @param proxyHeader what a connection begins with
 */
public record UpstreamSpec(
    Side side,
    List<String> endpoints,
    @Nullable String host,
    Map<String, Integer> weights,
    Balancing balancing,
    @Nullable Probe probe,
    Ejection ejection,
    Limits limits,
    @Nullable Tls tls,
    ProxyHeader proxyHeader) {
  /** The largest weight of an endpoint. */
  public static final int MOST_WEIGHT = 1000;

  /**
   * @throws IllegalArgumentException if there is no endpoint, one stands twice, a weight is out of
   *     range or of no endpoint, the host is blank, or TLS leaves open whose certificate is
   *     expected
   */
  public UpstreamSpec {
    endpoints = List.copyOf(endpoints);
    weights = Map.copyOf(weights);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "The upstream " + side.label() + " needs at least one endpoint.");
    }
    if (Set.copyOf(endpoints).size() < endpoints.size()) {
      throw new IllegalArgumentException(
          "The upstream " + side.label() + " names an endpoint twice.");
    }
    if (host != null && host.isBlank()) {
      throw new IllegalArgumentException("The host of " + side.label() + " is blank.");
    }
    if (!endpoints.containsAll(weights.keySet())) {
      throw new IllegalArgumentException("A weight of " + side.label() + " is of no endpoint.");
    }
    if (weights.values().stream().anyMatch(weight -> weight < 1 || weight > MOST_WEIGHT)) {
      throw new IllegalArgumentException(
          "A weight of " + side.label() + " is not from 1 to " + MOST_WEIGHT + ".");
    }
    if (tls != null
        && tls.verify()
        && tls.serverName() == null
        && endpoints.stream().anyMatch(address -> address.startsWith("unix:"))) {
      throw new IllegalArgumentException(
          "A unix socket of " + side.label() + " with TLS needs a server name to verify.");
    }
  }

  /** Endpoints of equal weight in cleartext, with all else at its default. */
  public UpstreamSpec(Side side, List<String> endpoints, @Nullable String host) {
    this(
        side,
        endpoints,
        host,
        Map.of(),
        Balancing.DEFAULT,
        null,
        Ejection.DEFAULT,
        Limits.NONE,
        null,
        ProxyHeader.OFF);
  }

  /** The weight of one of the endpoints. */
  public int weight(String address) {
    return weights.getOrDefault(address, 1);
  }
}
