package dev.crossfade.config;

import dev.crossfade.plan.Balancing;
import dev.crossfade.plan.Ejection;
import dev.crossfade.plan.Limits;
import dev.crossfade.plan.Probe;
import dev.crossfade.plan.ProxyHeader;
import dev.crossfade.plan.Tls;
import dev.crossfade.plan.UpstreamSpec;
import dev.crossfade.split.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the section of one side's application. */
final class UpstreamReader {
  private static final Form<Duration> TIME = Form.duration(Duration.ofMillis(1));
  private static final Form<Duration> SECONDS = Form.duration(Duration.ofSeconds(1));
  private static final Form<Integer> LIMIT = Form.count(0, 10_000_000);

  private final NamedFiles files;

  UpstreamReader(NamedFiles files) {
    this.files = files;
  }

  private record Endpoint(String address, int weight) {}

  Optional<UpstreamSpec> read(Section upstream, Side side) {
    List<Endpoint> endpoints =
        upstream.valuesOrEntries(
            "endpoints",
            "endpoints",
            Addresses.address(),
            address -> new Endpoint(address, 1),
            UpstreamReader::endpoint);
    upstream.refuseEmpty("endpoints", "endpoints");
    String host = upstream.optional("host", Addresses.hostField());
    Balancing.Way way = upstream.read("balance", Form.oneOf(Balancing.Way.class));
    Duration slowStart = upstream.read("slow-start", Form.duration(Duration.ZERO));
    Section probing = upstream.optionalSection("probe");
    Optional<Probe> probe = Optional.ofNullable(probing).flatMap(UpstreamReader::probe);
    Optional<Ejection> ejection = ejection(upstream.section("ejection"));
    Optional<Limits> limits = limits(upstream.section("limits"));
    Section encrypted = upstream.optionalSection("tls");
    Optional<Tls> tls = Optional.ofNullable(encrypted).flatMap(this::tls);
    ProxyHeader proxyHeader = upstream.read("proxy-protocol", Form.oneOf(ProxyHeader.class));
    Map<String, Integer> weights = new HashMap<>();
    endpoints.stream()
        .filter(endpoint -> endpoint.weight() != 1)
        .forEach(endpoint -> weights.put(endpoint.address(), endpoint.weight()));
    return upstream.made(
        () ->
            new UpstreamSpec(
                side,
                endpoints.stream().map(Endpoint::address).toList(),
                host,
                weights,
                new Balancing(way, slowStart),
                probing == null ? null : probe.orElseThrow(),
                ejection.orElseThrow(),
                limits.orElseThrow(),
                encrypted == null ? null : tls.orElseThrow(),
                proxyHeader),
        "endpoints");
  }

  private static Optional<Endpoint> endpoint(Section entry) {
    String address = entry.optional("address", Addresses.address());
    Integer weight = entry.optional("weight", Form.count(1, UpstreamSpec.MOST_WEIGHT));
    entry.require("address");
    if (address == null) {
      return Optional.empty();
    }
    return entry.made(() -> new Endpoint(address, or(weight, 1)));
  }

  private static Optional<Probe> probe(Section probe) {
    String path = probe.optional("path", HttpWords.target());
    String host = probe.optional("host", Addresses.hostField());
    Duration interval = probe.optional("interval", SECONDS);
    Duration timeout = probe.optional("timeout", TIME);
    StatusRange status = probe.optional("status", StatusRange.form());
    String body = probe.optional("body", Form.nonBlank("a text that the answer has in it"));
    Integer rise = probe.optional("rise", Form.count(1, 100));
    Integer fall = probe.optional("fall", Form.count(1, 100));
    return probe.made(
        () -> {
          StatusRange expected = or(status, StatusRange.GOOD);
          return new Probe(
              or(path, "/"),
              host,
              or(interval, Duration.ofSeconds(5)),
              or(timeout, Duration.ofSeconds(2)),
              expected.least(),
              expected.most(),
              body,
              or(rise, 2),
              or(fall, 3));
        });
  }

  private static Optional<Ejection> ejection(Section ejection) {
    int failures = ejection.read("failures", Form.count(0, 1_000_000));
    int behindPeers = ejection.read("behind-peers", Form.percent());
    Duration time = ejection.read("time", TIME);
    Duration maxTime = ejection.read("max-time", TIME);
    int maxShare = ejection.read("max-share", Form.percent());
    return ejection.made(
        () -> new Ejection(failures, behindPeers, time, maxTime, maxShare), "time", "max-time");
  }

  private static Optional<Limits> limits(Section limits) {
    int requests = limits.read("requests", LIMIT);
    int connections = limits.read("connections", LIMIT);
    int waiting = limits.read("waiting", LIMIT);
    Duration waitingTime = limits.read("waiting-time", TIME);
    return limits.made(() -> new Limits(requests, connections, waiting, waitingTime));
  }

  private Optional<Tls> tls(Section tls) {
    Path ca = tls.optional("ca", files.certificate());
    Boolean verify = tls.optional("verify", Form.onOff());
    String serverName = tls.optional("server-name", Addresses.host());
    Path certificate = tls.optional("certificate", files.certificate());
    Path key = tls.optional("key", files.privateKey());
    if (certificate != null && key != null) {
      try {
        NamedFiles.checkPair(certificate, key);
      } catch (Unfit e) {
        tls.refuse("key", String.valueOf(e.getMessage()));
      }
    }
    return tls.made(() -> new Tls(ca, or(verify, true), serverName, certificate, key));
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }
}
