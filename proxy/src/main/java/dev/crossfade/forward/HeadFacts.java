package dev.crossfade.forward;

import dev.crossfade.http.HostName;
import dev.crossfade.http.RequestHead;
import dev.crossfade.route.PathNormaliser;
import dev.crossfade.route.RequestFacts;

/** A request's head as rules see it. Used again for the next; confined to one thread. */
final class HeadFacts implements RequestFacts {
  private RequestHead head = new RequestHead(0, 0);
  private byte[] clientAddress = {};
  private byte[] path = new byte[1024];
  private int pathLength;

  HeadFacts of(RequestHead next, byte[] address) {
    head = next;
    clientAddress = address;
    byte[] b = next.bytes();
    int from = next.pathStart();
    int to = from;
    while (to < next.targetEnd() && b[to] != '?') {
      to++;
    }
    if (path.length < to - from + 1) {
      path = new byte[to - from + 1];
    }
    if (from == to) {
      path[0] = '/';
      pathLength = 1;
    } else {
      pathLength = PathNormaliser.normalise(b, from, to, path);
    }
    return this;
  }

  @Override
  public byte[] bytes() {
    return head.bytes();
  }

  @Override
  public int methodStart() {
    return head.start();
  }

  @Override
  public int methodEnd() {
    return head.methodEnd();
  }

  @Override
  public byte[] path() {
    return path;
  }

  @Override
  public int pathLength() {
    return pathLength;
  }

  @Override
  public int hostStart() {
    return head.hostStart();
  }

  @Override
  public int hostEnd() {
    return head.hostStart() < 0
        ? -1
        : HostName.portColon(head.bytes(), head.hostStart(), head.hostEnd());
  }

  @Override
  public byte[] clientAddress() {
    return clientAddress;
  }

  @Override
  public int fieldCount() {
    return head.fields().count();
  }

  @Override
  public int nameStart(int field) {
    return head.fields().nameStart(field);
  }

  @Override
  public int nameEnd(int field) {
    return head.fields().nameEnd(field);
  }

  @Override
  public int valueStart(int field) {
    return head.fields().valueStart(field);
  }

  @Override
  public int valueEnd(int field) {
    return head.fields().valueEnd(field);
  }
}
