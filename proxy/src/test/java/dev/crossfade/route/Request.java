package dev.crossfade.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** Facts of a request that a test makes up. */
final class Request implements RequestFacts {
  private final StringBuilder head = new StringBuilder();
  private final List<int[]> fields = new ArrayList<>();
  private int methodEnd;
  private int hostStart = -1;
  private int hostEnd = -1;
  private byte[] path = new byte[0];
  private int pathLength;
  private byte[] client = new byte[0];
  private byte[] bytes = new byte[0];

  static Request get(String path) {
    return of("GET", path);
  }

  static Request of(String method, String target) {
    Request request = new Request();
    request.head.append(method);
    request.methodEnd = method.length();
    byte[] source = target.getBytes(ISO_8859_1);
    request.path = new byte[source.length + 1];
    request.pathLength = PathNormaliser.normalise(source, 0, source.length, request.path);
    request.bytes = method.getBytes(ISO_8859_1);
    return request;
  }

  Request host(String host) {
    hostStart = append(host);
    hostEnd = head.length();
    return this;
  }

  Request field(String name, String value) {
    int nameStart = append(name);
    int nameEnd = head.length();
    int valueStart = append(value);
    fields.add(new int[] {nameStart, nameEnd, valueStart, head.length()});
    return this;
  }

  Request from(int... address) {
    client = new byte[address.length];
    for (int i = 0; i < address.length; i++) {
      client[i] = (byte) address[i];
    }
    return this;
  }

  private int append(String text) {
    head.append(": ");
    int start = head.length();
    head.append(text);
    bytes = head.toString().getBytes(ISO_8859_1);
    return start;
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public int methodStart() {
    return 0;
  }

  @Override
  public int methodEnd() {
    return methodEnd;
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
    return hostStart;
  }

  @Override
  public int hostEnd() {
    return hostEnd;
  }

  @Override
  public byte[] clientAddress() {
    return client;
  }

  @Override
  public int fieldCount() {
    return fields.size();
  }

  @Override
  public int nameStart(int field) {
    return fields.get(field)[0];
  }

  @Override
  public int nameEnd(int field) {
    return fields.get(field)[1];
  }

  @Override
  public int valueStart(int field) {
    return fields.get(field)[2];
  }

  @Override
  public int valueEnd(int field) {
    return fields.get(field)[3];
  }
}
