package dev.crossfade.app;

import dev.crossfade.accesslog.AccessLog;
import dev.crossfade.accesslog.UnopenableLogException;
import dev.crossfade.admin.AdminServer;
import dev.crossfade.admin.Reloader;
import dev.crossfade.admin.Tokens;
import dev.crossfade.config.ConfigFile;
import dev.crossfade.config.ConfigProblems;
import dev.crossfade.config.Settings;
import dev.crossfade.control.Author;
import dev.crossfade.control.ChangeRefused;
import dev.crossfade.control.ControlPlane;
import dev.crossfade.control.InForce;
import dev.crossfade.control.Precondition;
import dev.crossfade.control.StateException;
import dev.crossfade.plan.PlanEdit;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.server.ProxyServer;
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.upstream.UpstreamPools;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a changed configuration file: all of it or nothing. What can't change while the proxy runs
 * is named and refused. One reload at a time.
 */
final class Reload implements Reloader {
  private static final Logger log = LoggerFactory.getLogger(Reload.class);

  private final @Nullable Path file;
  private final ControlPlane control;
  private final UpstreamPools upstreams;
  private final ProxyServer server;
  private final AccessLog accessLog;
  private final LearnedSessions learned;
  private final SeenVisitors seen;
  private final PresentConfiguration configured;
  private @Nullable AdminServer admin;

  Reload(
      @Nullable Path file,
      ControlPlane control,
      UpstreamPools upstreams,
      ProxyServer server,
      AccessLog accessLog,
      LearnedSessions learned,
      SeenVisitors seen,
      PresentConfiguration configured) {
    this.file = file;
    this.control = control;
    this.upstreams = upstreams;
    this.server = server;
    this.accessLog = accessLog;
    this.learned = learned;
    this.seen = seen;
    this.configured = configured;
  }

  /** Whose tokens are read again too; known only after the server that is given this reload. */
  synchronized void tokensOf(AdminServer adminServer) {
    admin = adminServer;
  }

  @Override
  public synchronized Reloaded reload(Author author, String reason, Precondition ifMatch)
      throws ReloadRefused, ChangeRefused {
    Configured coming = read();
    Tokens tokens = tokens(coming.settings());
    TrafficPlan plan = coming.plan(control.get().state());
    // First all that may fail, with nothing of it in force; what comes behind cannot.
    AccessLog.Change logging = logging(coming.settings());
    ProxyServer.Change listening = listening(coming.settings(), logging);
    InForce inForce;
    boolean taken = false;
    try {
      upstreams.prepare(plan);
      configured.announce(coming);
      inForce = control.apply(new PlanEdit.Reconfigure(plan), author, reason, ifMatch);
      taken = true;
    } catch (IllegalArgumentException e) {
      throw new ReloadRefused("The configuration can't be taken: " + e.getMessage());
    } finally {
      if (!taken) {
        listening.abandon();
        logging.abandon();
      }
    }
    List<String> changed = coming.settings().changesFrom(configured.get().settings());
    configured.settle();
    listening.takeEffect();
    logging.takeEffect();
    learned.reconfigure(coming.settings().split().learned());
    if (admin != null) {
      admin.replaceTokens(tokens);
    }
    log.info(
        "Configuration reloaded; {}",
        changed.isEmpty() ? "nothing has changed" : "changed: " + String.join(", ", changed));
    return new Reloaded(inForce, changed);
  }

  private static Tokens tokens(Settings settings) throws ReloadRefused {
    try {
      return Tokens.of(settings.admin());
    } catch (IllegalArgumentException e) {
      throw new ReloadRefused(String.valueOf(e.getMessage()));
    }
  }

  private AccessLog.Change logging(Settings settings) throws ReloadRefused {
    try {
      return accessLog.prepare(settings.accessLog());
    } catch (UnopenableLogException e) {
      throw new ReloadRefused(String.valueOf(e.getMessage()));
    }
  }

  private ProxyServer.Change listening(Settings settings, AccessLog.Change logging)
      throws ReloadRefused {
    try {
      return server.prepare(settings.server());
    } catch (IOException | IllegalArgumentException e) {
      logging.abandon();
      throw new ReloadRefused(String.valueOf(e.getMessage()));
    }
  }

  private Configured read() throws ReloadRefused {
    if (file == null) {
      throw new ReloadRefused("The proxy runs on its defaults; there is no file to reload.");
    }
    try {
      Settings settings = ConfigFile.load(file);
      refuseFixed(configured.get().settings(), settings);
      return Configured.of(settings, configured.get(), learned, seen);
    } catch (ConfigProblems e) {
      throw new ReloadRefused(String.valueOf(e.getMessage()));
    } catch (StateException | IOException | IllegalArgumentException e) {
      throw new ReloadRefused("The configuration can't be taken: " + e.getMessage());
    }
  }

  private static void refuseFixed(Settings now, Settings coming) throws ReloadRefused {
    StringJoiner fixed = new StringJoiner(", ");
    if (now.transport() != coming.transport()) {
      fixed.add("transport");
    }
    if (now.eventLoops() != coming.eventLoops()) {
      fixed.add("event-loops");
    }
    if (!now.admin().address().equals(coming.admin().address())) {
      fixed.add("admin.address");
    }
    if (!now.pool().connectTimeout().equals(coming.pool().connectTimeout())) {
      fixed.add("timeouts.connect");
    }
    if (!now.pool().idleTimeout().equals(coming.pool().idleTimeout())) {
      fixed.add("timeouts.upstream-idle");
    }
    if (now.pool().idlePerEndpoint() != coming.pool().idlePerEndpoint()) {
      fixed.add("pool.idle-per-endpoint");
    }
    if (!now.pool().maxAge().equals(coming.pool().maxAge())) {
      fixed.add("pool.max-age");
    }
    if (now.pool().requestsPerConnection() != coming.pool().requestsPerConnection()) {
      fixed.add("pool.requests-per-connection");
    }
    if (!now.pool().names().equals(coming.pool().names())) {
      fixed.add("dns");
    }
    if (now.accessLog().queue() != coming.accessLog().queue()) {
      fixed.add("access-log.queue");
    }
    if (!now.state().dir().equals(coming.state().dir())) {
      fixed.add("state.dir");
    }
    if (fixed.length() > 0) {
      throw new ReloadRefused(
          "These can't change while the proxy runs, only with a restart: " + fixed + ".");
    }
  }
}
