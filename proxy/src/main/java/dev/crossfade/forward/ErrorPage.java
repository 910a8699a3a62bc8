package dev.crossfade.forward;

/**
 * The page that a browser gets for a failure: in plain words for those who came to buy something,
 * with the status small. It does not reload itself: all the tabs that are open would come back
 * together, what a visitor has sent would be lost, and whoever reads it slowly would be
 * interrupted.
 */
final class ErrorPage {
  private ErrorPage() {}

  /**
   * The page.
   *
   * @param detail words for those who look closer, in English; empty for none
   * @param safe whether nothing was sent that might have been done
   */
  static String of(
      ProxyFailure failure, String detail, Words words, boolean safe, long retryAfterSeconds) {
    String name = name(failure);
    StringBuilder content = new StringBuilder(512);
    paragraph(content, words.of(name + ".text"));
    if (!safe && mayHaveArrived(failure)) {
      paragraph(content, words.of("sent.in-doubt"));
    } else if (!safe && failure.status() > 500 && failure.status() < 505) {
      paragraph(content, words.of("sent.not-taken"));
    }
    if (failure.retryAfter()) {
      paragraph(content, words.again(retryAfterSeconds));
    }
    content.append("<p class=\"acts\">");
    if (safe && helpsToTryAgain(failure)) {
      content.append("<a class=\"button\" href=\"\">%s</a> ".formatted(words.of("again.button")));
    }
    if (failure != ProxyFailure.MAINTENANCE) {
      content.append("<a href=\"/\">%s</a>".formatted(words.of("home.link")));
    }
    content.append(
        "</p>\n<p class=\"status\" lang=\"en\">%d %s".formatted(failure.status(), failure.title()));
    if (!detail.isEmpty()) {
      content.append(". ").append(Words.escape(detail));
    }
    content.append("</p>");
    return Page.of(words, words.of(name + ".title"), content.toString());
  }

  private static void paragraph(StringBuilder content, String text) {
    content.append("<p>").append(text).append("</p>\n");
  }

  /** The name of its texts. */
  private static String name(ProxyFailure failure) {
    return switch (failure) {
      case MAINTENANCE -> "maintenance";
      case FROZEN -> "frozen";
      case CAPACITY, OVERLOADED -> "busy";
      case NO_ENDPOINT -> "unavailable";
      case CONNECT_FAILED, UPSTREAM_RESET, UPSTREAM_PROTOCOL -> "broken";
      case CONNECT_TIMEOUT, UPSTREAM_TIMEOUT -> "late";
      case MALFORMED -> "malformed";
      case HEAD_TOO_LARGE -> "fields";
      case TARGET_TOO_LONG -> "address";
      case BODY_TOO_LARGE -> "body";
      case REQUEST_TIMEOUT -> "slow";
      case METHOD, VERSION, EXPECTATION -> "method";
    };
  }

  /** Whether the application may have done what it was asked to do. */
  private static boolean mayHaveArrived(ProxyFailure failure) {
    return switch (failure) {
      case UPSTREAM_RESET, UPSTREAM_PROTOCOL, UPSTREAM_TIMEOUT -> true;
      default -> false;
    };
  }

  private static boolean helpsToTryAgain(ProxyFailure failure) {
    return failure.status() == 408 || failure.status() > 500 && failure.status() < 505;
  }
}
