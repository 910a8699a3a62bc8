package dev.crossfade.forward;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The answers to failures, each made once under a configuration: under overload they are most of
 * what is sent. Confined to one event loop.
 */
final class FailureAnswers {
  /** No page, or one in each language. */
  private static final int FORMS = 1 + Language.values().length;

  private static final int KINDS = ProxyFailure.values().length * FORMS * 2;

  private @Nullable OwnAnswer[] made = new @Nullable OwnAnswer[KINDS];
  private @Nullable ForwardSettings madeFor;

  /**
   * The answer.
   *
   * @param page the language of the page, null for {@code application/problem+json}
   * @param safe whether the request's method is
   */
  OwnAnswer of(
      ProxyFailure failure, @Nullable Language page, boolean safe, ForwardSettings settings) {
    if (settings != madeFor) {
      made = new @Nullable OwnAnswer[KINDS];
      madeFor = settings;
    }
    int form = page == null ? 0 : 1 + page.ordinal();
    int kind = (failure.ordinal() * FORMS + form) * 2 + (safe ? 1 : 0);
    OwnAnswer answer = made[kind];
    if (answer == null) {
      answer = make(failure, "", page, safe, settings);
      made[kind] = answer;
    }
    return answer;
  }

  /**
   * An answer that is made for this request alone.
   *
   * @param detail what is wrong with it, in words that hold nothing that was sent; empty for those
   *     of the failure
   */
  static OwnAnswer make(
      ProxyFailure failure,
      String detail,
      @Nullable Language page,
      boolean safe,
      ForwardSettings settings) {
    long retryAfter = settings.retryAfter().toSeconds();
    if (page == null) {
      return OwnAnswer.problem(failure, detail.isEmpty() ? failure.detail() : detail, retryAfter);
    }
    byte[] own = settings.pages().of(failure);
    if (own != null) {
      return OwnAnswer.page(failure, retryAfter, own);
    }
    String html = ErrorPage.of(failure, detail, page.words(), safe, retryAfter);
    return OwnAnswer.page(failure, retryAfter, html.getBytes(StandardCharsets.UTF_8))
        .with("Content-Security-Policy", Page.READ_ONLY_POLICY);
  }
}
