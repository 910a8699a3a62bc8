package dev.crossfade.app;

import dev.crossfade.admin.ExplainRequest;
import dev.crossfade.admin.Explainer;
import dev.crossfade.admin.Explanation;
import dev.crossfade.forward.Decider;
import dev.crossfade.http.HeadProblem;
import dev.crossfade.http.RequestHead;
import dev.crossfade.plan.CurrentPlan;
import dev.crossfade.plan.TrafficPlan;
import dev.crossfade.route.Rule;
import dev.crossfade.split.Assignment;
import dev.crossfade.split.Reason;
import dev.crossfade.split.Side;
import dev.crossfade.split.Visitor;
import dev.crossfade.upstream.UpstreamView;
import java.nio.charset.StandardCharsets;

/**
 * Explains decisions by making the head that a client would have sent and handing it to the very
 * scanner and decider of the data path. Safe from any thread.
 */
final class Explanations implements Explainer {
  private static final int MAX_LINE = 64 * 1024;
  private static final int MAX_FIELDS = 1000;

  private final CurrentPlan plan;
  private final UpstreamView upstreams;

  Explanations(CurrentPlan plan, UpstreamView upstreams) {
    this.plan = plan;
    this.upstreams = upstreams;
  }

  @Override
  public Explanation explain(ExplainRequest request) {
    byte[] bytes = head(request).getBytes(StandardCharsets.ISO_8859_1);
    RequestHead head = new RequestHead(MAX_LINE, MAX_FIELDS);
    if (head.scan(bytes, 0, bytes.length) <= 0) {
      HeadProblem problem = head.problem();
      throw new IllegalArgumentException(
          problem == null ? "Its head is not complete." : problem.text());
    }
    byte[] client = request.client() == null ? new byte[0] : request.client().getAddress();
    Decider decider = new Decider(p -> upstreams.available(Side.NEW));
    TrafficPlan present = plan.get();
    Assignment decided = decider.decide(present, head, client, new Visitor());
    Rule rule = decider.rule();
    return new Explanation(
        decided.side(),
        decided.reason(),
        decided.bucket() == Assignment.NO_BUCKET ? null : decided.bucket(),
        rule == null ? null : rule.name(),
        decided.reason() == Reason.FIRST
            ? present.splitter().settings().session().anonymous()
            : null);
  }

  private static String head(ExplainRequest request) {
    StringBuilder head = new StringBuilder(256);
    head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
    line(head, "Host", request.host() == null ? "localhost" : request.host());
    if (request.cookie() != null) {
      line(head, "Cookie", request.cookie());
    }
    for (ExplainRequest.Header header : request.headers()) {
      line(head, header.name(), header.value());
    }
    return head.append("\r\n").toString();
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
}
