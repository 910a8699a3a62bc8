package dev.crossfade.upstream;

import dev.crossfade.net.Address;
import dev.crossfade.plan.EndpointKey;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One address of an upstream: what all event loops know of it together. Safe from any thread.
 *
 * <p>An endpoint is unhealthy after {@value #FALL} connects in a row have failed, and healthy again
 * when one succeeds; while it is unhealthy it gets no request but probes. Its answers never make it
 * unhealthy.
 */
public final class Endpoint {
  /** Failed connects in a row that make an endpoint unhealthy. */
  static final int FALL = 3;

  private record Failure(String text, Instant at) {}

  private final EndpointKey key;
  private final Address address;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger failedConnects = new AtomicInteger();
  private final AtomicBoolean probed = new AtomicBoolean();
  private volatile boolean healthy = true;
  private volatile @Nullable SocketAddress resolved;
  private volatile @Nullable Failure lastFailure;

  Endpoint(EndpointKey key, Address address) {
    this.key = key;
    this.address = address;
  }

  /** Side and address as configured. */
  public EndpointKey key() {
    return key;
  }

  Address address() {
    return address;
  }

  /** Where to connect; null while the name could not be resolved. */
  @Nullable SocketAddress resolved() {
    return resolved;
  }

  void resolvedTo(SocketAddress found) {
    resolved = found;
  }

  /** Whether it is believed to take connections; never while its name is not known. */
  public boolean healthy() {
    return healthy && resolved != null;
  }

  /** Requests under way. */
  public int inFlight() {
    return inFlight.get();
  }

  void take() {
    inFlight.incrementAndGet();
  }

  void giveBack() {
    inFlight.decrementAndGet();
  }

  void idle(int change) {
    idle.addAndGet(change);
  }

  void connected() {
    if (failedConnects.get() != 0) {
      failedConnects.set(0);
    }
    healthy = true;
  }

  /** Notes a failed connect and answers whether it was the one that made the endpoint unhealthy. */
  boolean connectFailed(String text, Instant now) {
    lastFailure = new Failure(text, now);
    if (failedConnects.incrementAndGet() < FALL || !healthy) {
      return false;
    }
    healthy = false;
    return true;
  }

  /** Notes what else went wrong with a request. */
  void failed(String text, Instant now) {
    lastFailure = new Failure(text, now);
  }

  /** Claims the one probe that may be under way. */
  boolean claimProbe() {
    return probed.compareAndSet(false, true);
  }

  void probeOver() {
    probed.set(false);
  }

  UpstreamView.EndpointView view() {
    Failure failure = lastFailure;
    return new UpstreamView.EndpointView(
        key.address(),
        healthy(),
        inFlight.get(),
        idle.get(),
        failure == null ? null : failure.text(),
        failure == null ? null : failure.at());
  }

  @Override
  public String toString() {
    return key.side().label() + " " + key.address();
  }
}
