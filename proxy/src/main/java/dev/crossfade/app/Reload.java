package dev.crossfade.app;

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
import dev.crossfade.split.LearnedSessions;
import dev.crossfade.split.SeenVisitors;
import dev.crossfade.upstream.UpstreamPools;
import java.io.IOException;
import java.nio.file.Path;
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
  private final LearnedSessions learned;
  private final SeenVisitors seen;
  private final PresentConfiguration configured;
  private @Nullable AdminServer admin;

  Reload(
      @Nullable Path file,
      ControlPlane control,
      UpstreamPools upstreams,
      LearnedSessions learned,
      SeenVisitors seen,
      PresentConfiguration configured) {
    this.file = file;
    this.control = control;
    this.upstreams = upstreams;
    this.learned = learned;
    this.seen = seen;
    this.configured = configured;
  }

  /** Whose tokens are read again too; known only after the server that is given this reload. */
  synchronized void tokensOf(AdminServer server) {
    admin = server;
  }

  @Override
  public synchronized InForce reload(Author author, String reason, Precondition ifMatch)
      throws ReloadRefused, ChangeRefused {
    Configured coming = read();
    Tokens tokens;
    try {
      tokens = Tokens.of(coming.settings().admin());
    } catch (IllegalArgumentException e) {
      throw new ReloadRefused(String.valueOf(e.getMessage()));
    }
    TrafficPlan plan = coming.plan(control.get().state());
    try {
      upstreams.prepare(plan);
    } catch (IllegalArgumentException e) {
      throw new ReloadRefused("The configuration can't be taken: " + e.getMessage());
    }
    configured.announce(coming);
    InForce result = control.apply(new PlanEdit.Reconfigure(plan), author, reason, ifMatch);
    configured.settle();
    learned.reconfigure(coming.settings().split().learned());
    if (admin != null) {
      admin.replaceTokens(tokens);
    }
    log.info("Configuration reloaded");
    return result;
  }

  private Configured read() throws ReloadRefused {
    if (file == null) {
      throw new ReloadRefused("The proxy runs on its defaults; there is no file to reload.");
    }
    try {
      Settings settings = ConfigFile.load(file);
      refuseFixed(configured.get().settings(), settings);
      return Configured.of(settings, learned, seen);
    } catch (ConfigProblems e) {
      throw new ReloadRefused(String.valueOf(e.getMessage()));
    } catch (StateException | IOException | IllegalArgumentException e) {
      throw new ReloadRefused("The configuration can't be taken: " + e.getMessage());
    }
  }

  private static void refuseFixed(Settings now, Settings coming) throws ReloadRefused {
    StringJoiner changed = new StringJoiner(", ");
    if (!now.server().listeners().equals(coming.server().listeners())) {
      changed.add("listen");
    }
    if (!now.server().limits().equals(coming.server().limits())) {
      changed.add("limits");
    }
    if (!now.server().timeouts().equals(coming.server().timeouts())) {
      changed.add("timeouts");
    }
    if (!now.pool().equals(coming.pool())) {
      changed.add("pool or dns");
    }
    if (!now.admin().address().equals(coming.admin().address())) {
      changed.add("admin.address");
    }
    if (now.transport() != coming.transport() || now.eventLoops() != coming.eventLoops()) {
      changed.add("transport or event-loops");
    }
    if (!now.state().dir().equals(coming.state().dir())) {
      changed.add("state.dir");
    }
    if (changed.length() > 0) {
      throw new ReloadRefused(
          "These can't change while the proxy runs, only with a restart: " + changed + ".");
    }
  }
}
