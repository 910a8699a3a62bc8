package dev.crossfade.split;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** A client with its cookies. */
final class Browser {
  final Site site;
  @Nullable String session;
  @Nullable String affinity;
  @Nullable String upgrade;
  boolean keepsOurCookie = true;
  byte[] address = {10, 0, 0, 1};
  String userAgent = "Browser/1.0";

  /** Of the last request. */
  final Visitor visitor = new Visitor();

  boolean gotCookie;

  Browser(Site site) {
    this.site = site;
  }

  static Browser withSession(Site site, String session) {
    Browser browser = new Browser(site);
    browser.session = session;
    return browser;
  }

  /** Sends a request; the answer brings no cookie of the application's. */
  Assignment get() {
    return get(null, false);
  }

  /** Sends a request under another percentage. */
  Assignment getAt(int threshold) {
    site.threshold = threshold;
    return get();
  }

  /** Sends a request that fails over to old. */
  Assignment getWhileNewIsDown() {
    return get(null, true);
  }

  /** Sends a request whose answer sets a session cookie. */
  Assignment getWithNewSession(String id) {
    return get(id, false);
  }

  private Assignment get(@Nullable String newSession, boolean newIsDown) {
    show();
    Splitter splitter = site.splitter;
    Assignment assignment =
        splitter.assign(visitor, site.threshold, site.epoch, site.upgradeHonoured);
    if (newIsDown && assignment.side() == Side.NEW && assignment.reason() != Reason.UPGRADE) {
      assignment = Assignment.of(Side.OLD, Reason.FAILOVER, assignment.bucket());
    }
    splitter.settle(visitor, assignment, site.epoch);
    visitor.bytes = new byte[0]; // The head is gone when the answer comes.
    receive(assignment, newSession);
    return assignment;
  }

  /** Decides without a trace. */
  Assignment explain() {
    show();
    return site.splitter.assign(visitor, site.threshold, site.epoch, site.upgradeHonoured);
  }

  /** Fills the visitor with what this client sends. */
  void show() {
    String head = "|";
    int[] ends = new int[4];
    String[] values = {session, affinity, upgrade, userAgent};
    for (int i = 0; i < values.length; i++) {
      head += values[i] == null ? "" : values[i];
      ends[i] = head.getBytes(UTF_8).length;
      head += "|";
    }
    visitor.reset(head.getBytes(UTF_8));
    if (session != null) {
      visitor.session(1, ends[0]);
    }
    if (affinity != null) {
      visitor.affinity(ends[0] + 1, ends[1]);
    }
    if (upgrade != null) {
      visitor.upgrade(ends[1] + 1, ends[2]);
    }
    visitor.userAgent(ends[2] + 1, ends[3]);
    visitor.clientAddress(address);
  }

  /** Takes the answer of a request that was decided so. */
  void receive(Assignment assignment, @Nullable String newSession) {
    if (newSession != null) {
      byte[] field = ("PHPSESSID=" + newSession + "; path=/").getBytes(UTF_8);
      site.splitter.learn(field, 0, field.length, visitor, assignment, site.epoch);
      session = newSession;
    }
    gotCookie = site.splitter.wantsCookie(visitor, assignment, site.epoch);
    if (gotCookie && keepsOurCookie) {
      byte[] field = site.splitter.setCookie(visitor, assignment, site.epoch, false);
      String text = new String(field, ISO_8859_1);
      affinity = text.substring("crossfade=".length(), text.indexOf(';'));
    }
  }
}
