package dev.crossfade.admin;

import dev.crossfade.admin.Reloader.ReloadRefused;
import dev.crossfade.admin.Route.Admission;
import dev.crossfade.admin.Route.Lane;
import dev.crossfade.admin.VisitorEstimate.Moving;
import dev.crossfade.control.Author;
import dev.crossfade.control.Change;
import dev.crossfade.control.ChangeRefused;
import dev.crossfade.control.ControlPlane;
import dev.crossfade.control.History;
import dev.crossfade.control.InForce;
import dev.crossfade.control.Precondition;
import dev.crossfade.control.Preview;
import dev.crossfade.metrics.Metrics;
import dev.crossfade.metrics.Scrape;
import dev.crossfade.plan.ControlState;
import dev.crossfade.plan.EndpointKey;
import dev.crossfade.plan.EndpointState;
import dev.crossfade.plan.Percent;
import dev.crossfade.plan.PlanEdit;
import dev.crossfade.split.Side;
import dev.crossfade.upstream.UpstreamView;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the admin API. A request is checked in this order: who asks, what for, by which
 * method, with which body, on which revision.
 */
public final class AdminApi {
  private static final int DEFAULT_LIMIT = 50;
  private static final String DRY_RUN = "dry-run";
  private static final String ENDPOINTS = "/upstreams/(side)/endpoints/";

  private final ControlPlane control;
  private final Metrics metrics;
  private final UpstreamView upstreams;
  private final VisitorEstimate visitors;
  private final Explainer explainer;
  private final Reloader reloader;
  private final Readiness readiness;
  private final AdminPage page = new AdminPage();
  private final byte[] openApi = resource("openapi.json");

  /** By path; the calls on endpoints are under {@link #ENDPOINTS}. */
  private final Map<String, List<Route>> routes = new LinkedHashMap<>();

  /** The API over these parts; all are used from several threads. */
  public AdminApi(
      ControlPlane control,
      Metrics metrics,
      UpstreamView upstreams,
      VisitorEstimate visitors,
      Explainer explainer,
      Reloader reloader,
      Readiness readiness,
      Events events) {
    this.control = control;
    this.metrics = metrics;
    this.upstreams = upstreams;
    this.visitors = visitors;
    this.explainer = explainer;
    this.reloader = reloader;
    this.readiness = readiness;
    routes.put(
        "/split",
        List.of(
            new Route("GET", Admission.CALLER, Lane.LOOP, this::split),
            new Route("PUT", Admission.CALLER, Lane.CHANGE, this::setSplit)));
    routes.put(
        "/rollback", List.of(new Route("POST", Admission.CALLER, Lane.ROLLBACK, this::rollback)));
    routes.put(
        "/promote", List.of(new Route("POST", Admission.CALLER, Lane.CHANGE, this::promote)));
    routes.put(
        "/maintenance",
        List.of(new Route("PUT", Admission.CALLER, Lane.CHANGE, this::maintenance)));
    routes.put(
        "/upstreams", List.of(new Route("GET", Admission.CALLER, Lane.READ, this::upstreams)));
    routes.put(ENDPOINTS, List.of(new Route("PUT", Admission.CALLER, Lane.CHANGE, this::endpoint)));
    routes.put("/history", List.of(new Route("GET", Admission.CALLER, Lane.READ, this::history)));
    routes.put("/explain", List.of(new Route("GET", Admission.CALLER, Lane.READ, this::explain)));
    routes.put("/reload", List.of(new Route("POST", Admission.CALLER, Lane.CHANGE, this::reload)));
    routes.put("/metrics", List.of(new Route("GET", Admission.ANYONE, Lane.READ, this::metrics)));
    routes.put("/healthz", List.of(new Route("GET", Admission.ANYONE, Lane.LOOP, this::healthy)));
    routes.put("/readyz", List.of(new Route("GET", Admission.ANYONE, Lane.LOOP, this::ready)));
    routes.put("/events", List.of(new Route("GET", Admission.CALLER, Lane.LOOP, events::open)));
    for (String path : page.paths()) {
      routes.put(path, List.of(new Route("GET", Admission.PAGE, Lane.LOOP, page::answer)));
    }
    routes.put(
        "/openapi.json",
        List.of(new Route("GET", Admission.CALLER, Lane.LOOP, request -> Answer.json(openApi))));
  }

  /**
   * The call that a request asks for.
   *
   * @throws Problem if it may not, or if there is none
   */
  Route route(AdminRequest request, AccessControl access) throws Problem {
    List<Route> there = routes.getOrDefault(pattern(request.path()), List.of());
    switch (there.isEmpty() ? Admission.CALLER : there.get(0).admission()) {
      case ANYONE -> {}
      case PAGE -> access.admitToPage(request);
      case CALLER -> access.admit(request);
    }
    if (!request.reads()) {
      refuseDryRun(request, there);
    }
    if (there.isEmpty()) {
      throw new Problem(404, "There is nothing here; /openapi.json tells what there is.");
    }
    for (Route route : there) {
      if (route.method().equals(request.method())) {
        return route;
      }
    }
    String allowed = allowed(there);
    throw new Problem(405, "The methods here are " + allowed + ".").with("Allow", allowed);
  }

  /**
   * Who asks for a dry run must never get the real one: neither of a call that has none, nor by a
   * slip of the pen.
   */
  private void refuseDryRun(AdminRequest request, List<Route> there) throws Problem {
    boolean known = there.equals(routes.get("/split"));
    Query query;
    try {
      query = Query.parse(request.query());
    } catch (Problem unreadable) {
      return; // asks for nothing; whether it may stand there is the call's to say
    }
    for (String name : query.names()) {
      boolean exact = name.equals(DRY_RUN);
      boolean meant = name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "").equals("dryrun");
      if (meant && !(exact && known)) {
        throw new Problem(
            400,
            known
                ? "The query has " + DRY_RUN + " in another spelling; nothing was changed."
                : "There is a dry run of PUT /split only; nothing was changed.");
      }
    }
  }

  private static String pattern(String path) {
    for (Side side : Side.values()) {
      String prefix = ENDPOINTS.replace("(side)", side.label());
      if (path.startsWith(prefix) && path.length() > prefix.length()) {
        return ENDPOINTS;
      }
    }
    return path.equals(ENDPOINTS) ? "" : path;
  }

  private static String allowed(List<Route> routes) {
    return routes.stream()
        .map(route -> route.method().equals("GET") ? "GET, HEAD" : route.method())
        .collect(Collectors.joining(", "));
  }

  // Reading

  private Answer split(AdminRequest request) {
    return state(control.get().state(), true);
  }

  private Answer upstreams(AdminRequest request) {
    return Answer.json(Views.upstreams(control.get(), upstreams));
  }

  private Answer history(AdminRequest request) throws Problem {
    String limit = Query.parse(request.query()).one("limit");
    List<Change> newest =
        control.history().newest(limit == null ? DEFAULT_LIMIT : parseLimit(limit));
    return Answer.json(Views.history(newest));
  }

  private static int parseLimit(String limit) throws Problem {
    if (limit.matches("[0-9]{1,6}")) {
      int parsed = Integer.parseInt(limit);
      if (parsed >= 1 && parsed <= History.LENGTH) {
        return parsed;
      }
    }
    throw new Problem(422, "limit must be a whole number from 1 to " + History.LENGTH + ".");
  }

  private Answer explain(AdminRequest request) throws Problem {
    ExplainRequest asked = ExplainQuery.parse(Query.parse(request.query()));
    Explanation explanation;
    try {
      explanation = explainer.explain(asked);
    } catch (IllegalArgumentException e) {
      throw new Problem(422, "No such request can be: " + e.getMessage());
    }
    return Answer.json(Views.explanation(explanation));
  }

  private Answer metrics(AdminRequest request) {
    Scrape scrape = metrics.scrape(request.headers().get(HttpHeaderNames.ACCEPT));
    return new Answer(200, scrape.contentType(), scrape.body(), Map.of());
  }

  private Answer healthy(AdminRequest request) {
    return Answer.json(Json.write(json -> json.writeStringProperty("status", "ok")));
  }

  private Answer ready(AdminRequest request) throws Problem {
    String obstacle = readiness.obstacle();
    if (obstacle != null) {
      throw new Problem(503, obstacle);
    }
    return Answer.json(Json.write(json -> json.writeStringProperty("status", "ready")));
  }

  // Changing

  private Answer setSplit(AdminRequest request) throws Problem {
    String dryRun = Query.parse(request.query()).one(DRY_RUN);
    JsonBody body = JsonBody.read(request.body(), Set.of("percent", "reason"));
    PlanEdit edit = new PlanEdit.SetThreshold(percent(body).threshold());
    String reason = body.reason();
    Precondition ifMatch = ifMatch(request);
    return dryRun == null || dryRun.equals("false")
        ? change(edit, reason, ifMatch)
        : preview(edit, ifMatch);
  }

  private static Percent percent(JsonBody body) throws Problem {
    try {
      return Percent.of(body.number("percent"));
    } catch (IllegalArgumentException e) {
      throw new Problem(422, "percent: " + e.getMessage());
    }
  }

  private Answer preview(PlanEdit edit, Precondition ifMatch) throws Problem {
    try {
      Preview preview = control.preview(edit, ifMatch);
      Moving moving = visitors.moving(preview.now().threshold(), preview.then().threshold());
      return Answer.json(Views.preview(preview, moving)).with("ETag", etag(preview.now()));
    } catch (ChangeRefused e) {
      throw problem(e);
    }
  }

  private Answer rollback(AdminRequest request) throws Problem {
    return change(new PlanEdit.Rollback(), optionalReason(request), Precondition.NONE);
  }

  private Answer promote(AdminRequest request) throws Problem {
    return change(new PlanEdit.Promote(), optionalReason(request), ifMatch(request));
  }

  private Answer maintenance(AdminRequest request) throws Problem {
    JsonBody body = JsonBody.read(request.body(), Set.of("old", "new", "freeze-writes", "reason"));
    PlanEdit edit =
        new PlanEdit.SetMaintenance(body.flag("old"), body.flag("new"), body.flag("freeze-writes"));
    return change(edit, body.reason(), ifMatch(request));
  }

  private Answer endpoint(AdminRequest request) throws Problem {
    JsonBody body = JsonBody.read(request.body(), Set.of("state", "reason"));
    PlanEdit edit = new PlanEdit.SetEndpointState(endpointKey(request.path()), state(body));
    return change(edit, body.reason(), ifMatch(request));
  }

  private static EndpointKey endpointKey(String path) throws Problem {
    for (Side side : Side.values()) {
      String prefix = ENDPOINTS.replace("(side)", side.label());
      if (path.startsWith(prefix)) {
        return new EndpointKey(side, Query.decode(path.substring(prefix.length())));
      }
    }
    throw new Problem(404, "There is no such upstream.");
  }

  private static EndpointState state(JsonBody body) throws Problem {
    String label = body.text("state");
    for (EndpointState state : EndpointState.values()) {
      if (state.label().equals(label)) {
        return state;
      }
    }
    throw new Problem(
        422,
        "state must be one of "
            + Arrays.stream(EndpointState.values())
                .map(EndpointState::label)
                .collect(Collectors.joining(", "))
            + ".");
  }

  private Answer reload(AdminRequest request) throws Problem {
    String reason = optionalReason(request);
    Precondition ifMatch = ifMatch(request);
    if (!ifMatch.allows(control.get().state().revision())) {
      throw stale(control.get().state());
    }
    try {
      Reloader.Reloaded reloaded = reloader.reload(Author.OPERATOR, reason, ifMatch);
      ControlState state = reloaded.inForce().state();
      return Answer.json(Views.reloaded(state, reloaded.changed())).with("ETag", etag(state));
    } catch (ReloadRefused e) {
      throw new Problem(422, String.valueOf(e.getMessage()));
    } catch (ChangeRefused e) {
      throw problem(e);
    }
  }

  private Answer change(PlanEdit edit, String reason, Precondition ifMatch) throws Problem {
    try {
      return state(control.apply(edit, Author.OPERATOR, reason, ifMatch));
    } catch (ChangeRefused e) {
      throw problem(e);
    }
  }

  private static String optionalReason(AdminRequest request) throws Problem {
    return JsonBody.readOptional(request.body(), Set.of("reason")).reason();
  }

  private static Precondition ifMatch(AdminRequest request) throws Problem {
    return IfMatch.parse(request.headers().getAll(HttpHeaderNames.IF_MATCH));
  }

  private static Answer state(InForce inForce) {
    return state(inForce.state(), inForce.durable());
  }

  private static Answer state(ControlState state, boolean durable) {
    return Answer.json(Views.state(state, durable)).with("ETag", etag(state));
  }

  private static String etag(ControlState state) {
    return "\"" + state.revision() + "\"";
  }

  private static Problem problem(ChangeRefused refused) {
    return switch (refused.why()) {
      case STALE -> stale(refused.current());
      case NOT_STORED ->
          new Problem(
              500, "The change could not be made durable; the split stays as it was. See the log.");
      case UNKNOWN_ENDPOINT -> new Problem(404, "The upstream has no such endpoint.");
      case CLOSED -> new Problem(503, "The proxy is shutting down.").with("Retry-After", "5");
    };
  }

  private static Problem stale(ControlState current) {
    return new Problem(
            412, "The control state has moved on to revision " + current.revision() + ".")
        .with("ETag", etag(current));
  }

  private static byte[] resource(String name) {
    try (@Nullable InputStream stream = AdminApi.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(name + " is missing from the jar.");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
