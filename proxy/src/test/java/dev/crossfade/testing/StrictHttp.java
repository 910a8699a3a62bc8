package dev.crossfade.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RFC 9112 by regular expressions over text, one character a byte: slow, plain, and written without
 * a look at the scanners it judges. Where the RFC leaves a choice between repair and refusal it
 * refuses.
 */
public final class StrictHttp {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]*";
  private static final String QUOTED =
      "\"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*+\"";
  private static final String NAME = "(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+";

  /** The alternatives of RFC 3986 §3.2.2, in its order; h stands for h16 and l for ls32. */
  private static final String LITERAL =
      "\\[(?:(?:h:){6}l|::(?:h:){5}l|h?::(?:h:){4}l|(?:(?:h:)?h)?::(?:h:){3}l"
          .concat("|(?:(?:h:){0,2}h)?::(?:h:){2}l|(?:(?:h:){0,3}h)?::h:l")
          .concat("|(?:(?:h:){0,4}h)?::l|(?:(?:h:){0,5}h)?::h|(?:(?:h:){0,6}h)?::)\\]")
          .replace("l", "(?:h:h|o(?:\\.o){3})")
          .replace("o", "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])")
          .replace("h", "(?:[0-9A-Fa-f]{1,4})");

  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21\\x22\\x24-\\x7e\\x80-\\xff]+) HTTP/1\\.([0-9])");
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.([0-9]) ([1-9][0-9]{2})(?: (" + TEXT + "))?");
  private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):(" + TEXT + ")");
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:" + LITERAL + "|" + NAME + ")(?::([0-9]{0,5}))?");
  private static final Pattern ABSOLUTE = Pattern.compile("(?is)https?://([^/?]*)([/?].*)?");
  private static final Pattern CHUNK_LINE =
      Pattern.compile(
          "(?=[0-9A-Fa-f]{1,64}(?![0-9A-Fa-f]))0*([0-9A-Fa-f]{1,15})((?:"
              + "[ \\t]*;[ \\t]*(?:"
              + TOKEN
              + ")(?:[ \\t]*=[ \\t]*(?:"
              + TOKEN
              + "|"
              + QUOTED
              + "))?)*)");

  private StrictHttp() {}

  /** A field, its value without the white space around it. */
  public record Field(String name, String value) {
    boolean is(String lowerCase) {
      return name.toLowerCase(Locale.ROOT).equals(lowerCase);
    }
  }

  /**
   * A request's head.
   *
   * @param contentLength -1 without one
   * @param end behind the head; 0 if it is not complete, -1 if it is refused
   */
  public record Request(
      String method,
      String target,
      boolean http10,
      List<Field> fields,
      long contentLength,
      boolean chunked,
      int end) {
    private static Request none(int end) {
      return new Request("", "", false, List.of(), -1, false, end);
    }

    /** The values of all fields of that name. */
    public List<String> values(String name) {
      return StrictHttp.values(fields, name);
    }
  }

  /**
   * A chunked body.
   *
   * @param end behind it; 0 if it is not complete, -1 if it is refused
   */
  public record Chunks(String data, List<Field> trailers, int end) {}

  /**
   * A whole answer.
   *
   * @param end behind it; 0 if it is not complete, -1 if it is refused
   */
  public record Answer(int status, String reason, List<Field> fields, String body, int end) {
    /** The values of all fields of that name. */
    public List<String> values(String name) {
      return StrictHttp.values(fields, name);
    }
  }

  private static List<String> values(List<Field> fields, String name) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    return fields.stream().filter(f -> f.is(lowerCase)).map(Field::value).toList();
  }

  /** The head at the beginning of the text. */
  public static Request request(String text) {
    int from = 0;
    while (from < 4 && text.startsWith("\r\n", from)) {
      from += 2;
    }
    if (text.startsWith("\r\n", from)) {
      return Request.none(-1);
    }
    int end = text.indexOf("\r\n\r\n", from);
    if (end < 0) {
      return Request.none(0);
    }
    String[] lines = text.substring(from, end).split("\r\n", -1);
    Matcher line = REQUEST_LINE.matcher(lines[0]);
    List<Field> fields = fields(lines);
    if (!line.matches() || fields == null) {
      return Request.none(-1);
    }
    boolean http10 = line.group(3).equals("0");
    Framing framing = framing(fields, http10);
    if (framing == null
        || !goodTarget(line.group(1), line.group(2))
        || !goodHost(fields, http10)
        || !goodExpectation(fields, http10)) {
      return Request.none(-1);
    }
    return new Request(
        line.group(1), line.group(2), http10, fields, framing.length(), framing.chunked(), end + 4);
  }

  private static List<Field> fields(String[] lines) {
    List<Field> fields = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher field = FIELD.matcher(lines[i]);
      if (!field.matches()) {
        return null;
      }
      fields.add(new Field(field.group(1), trim(field.group(2))));
    }
    return fields;
  }

  private static String trim(String value) {
    // Not $, which would take the byte 0x85 for the end of a line.
    return value.replaceAll("^[ \\t]+|[ \\t]+\\z", "");
  }

  private record Framing(long length, boolean chunked) {}

  private static Framing framing(List<Field> fields, boolean http10) {
    List<String> lengths = values(fields, "content-length");
    List<String> codings = values(fields, "transfer-encoding");
    if (lengths.isEmpty() && codings.isEmpty()) {
      return new Framing(-1, false);
    }
    if (lengths.isEmpty()) {
      boolean good = codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked") && !http10;
      return good ? new Framing(-1, true) : null;
    }
    boolean good =
        lengths.size() == 1
            && codings.isEmpty()
            && lengths.get(0).matches("(?=[0-9]{1,64}$)0*[0-9]{0,18}");
    return good ? new Framing(Long.parseLong(lengths.get(0)), false) : null;
  }

  private static boolean goodTarget(String method, String target) {
    if (target.startsWith("/") || method.equals("CONNECT")) {
      return true;
    }
    if (target.equals("*")) {
      return method.equals("OPTIONS");
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    return absolute.matches() && goodAuthority(absolute.group(1));
  }

  private static boolean goodHost(List<Field> fields, boolean http10) {
    List<String> hosts = values(fields, "host");
    return hosts.isEmpty() ? http10 : hosts.size() == 1 && goodAuthority(hosts.get(0));
  }

  /** Whether the text is a host with or without a port. */
  public static boolean goodAuthority(String text) {
    Matcher authority = AUTHORITY.matcher(text);
    if (!authority.matches()) {
      return false;
    }
    String port = authority.group(1);
    return port == null || port.isEmpty() || Integer.parseInt(port) <= 65535;
  }

  private static boolean goodExpectation(List<Field> fields, boolean http10) {
    List<String> named =
        values(fields, "connection").stream()
            .flatMap(v -> List.of(v.split(",", -1)).stream())
            .map(StrictHttp::trim)
            .toList();
    List<String> expected = values(fields, "expect");
    return http10
        || expected.isEmpty()
        || named.stream().anyMatch("expect"::equalsIgnoreCase)
        || expected.size() == 1 && expected.get(0).equalsIgnoreCase("100-continue");
  }

  /** The chunked body at the beginning of the text. */
  public static Chunks chunks(String text) {
    StringBuilder data = new StringBuilder();
    int at = 0;
    while (true) {
      int lineEnd = lineEnd(text, at);
      if (lineEnd <= 0) {
        return new Chunks("", List.of(), lineEnd);
      }
      Matcher line = CHUNK_LINE.matcher(text.substring(at, lineEnd));
      if (!line.matches() || line.group(2).length() > 4096) {
        return new Chunks("", List.of(), -1);
      }
      long size = Long.parseLong(line.group(1), 16);
      at = lineEnd + 2;
      if (size == 0) {
        return trailers(data.toString(), text, at);
      }
      if (size > text.length() - at) {
        return new Chunks("", List.of(), 0);
      }
      data.append(text, at, at + (int) size);
      at += (int) size;
      String crlf = text.substring(at, Math.min(text.length(), at + 2));
      if (!crlf.equals("\r\n")) {
        return new Chunks("", List.of(), "\r\n".startsWith(crlf) ? 0 : -1);
      }
      at += 2;
    }
  }

  private static Chunks trailers(String data, String text, int from) {
    List<Field> trailers = new ArrayList<>();
    int at = from;
    while (true) {
      int lineEnd = lineEnd(text, at);
      if (lineEnd <= 0) {
        return new Chunks("", List.of(), lineEnd);
      }
      String line = text.substring(at, lineEnd);
      at = lineEnd + 2;
      if (line.isEmpty()) {
        return new Chunks(data, trailers, at);
      }
      Matcher field = FIELD.matcher(line);
      if (!field.matches() || forbiddenTrailer(field.group(1).toLowerCase(Locale.ROOT))) {
        return new Chunks("", List.of(), -1);
      }
      trailers.add(new Field(field.group(1), trim(field.group(2))));
    }
  }

  private static boolean forbiddenTrailer(String name) {
    return name.replace('_', '-').matches("x-crossfade-.*|x-forwarded-.*|forwarded|trailer")
        || name.matches(
            "host|connection|content-length|transfer-encoding|expect|upgrade|cookie|set-cookie"
                + "|cache-control|authorization|keep-alive|proxy-connection|te|http2-settings"
                + "|proxy-authorization|proxy-authenticate|max-forwards"
                + "|content-(encoding|language|location|range|type)|range"
                + "|if-(match|none-match|modified-since|unmodified-since|range)"
                + "|age|location|pragma|retry-after|vary|warning|www-authenticate|x-real-ip");
  }

  /** Where the CR LF stands; 0 if the line is not complete, -1 if it ends otherwise. */
  private static int lineEnd(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r') {
        return i + 1 == text.length() ? 0 : text.charAt(i + 1) == '\n' ? Math.max(i, 1) : -1;
      }
      if (c == '\n') {
        return -1;
      }
    }
    return 0;
  }

  /**
   * The answer at the beginning of the text.
   *
   * @param method of the request
   * @param ended whether the connection has ended behind the text
   */
  public static Answer answer(String text, String method, boolean ended) {
    Answer incomplete = new Answer(0, "", List.of(), "", 0);
    Answer refused = new Answer(0, "", List.of(), "", -1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return incomplete;
    }
    String[] lines = text.substring(0, end).split("\r\n", -1);
    Matcher line = STATUS_LINE.matcher(lines[0]);
    List<Field> fields = fields(lines);
    if (!line.matches() || fields == null) {
      return refused;
    }
    Framing framing = framing(fields, line.group(1).equals("0"));
    if (framing == null) {
      return refused;
    }
    int status = Integer.parseInt(line.group(2));
    String reason = line.group(3) == null ? "" : line.group(3);
    int at = end + 4;
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return new Answer(status, reason, fields, "", at);
    }
    if (framing.chunked()) {
      Chunks chunks = chunks(text.substring(at));
      return chunks.end() > 0
          ? new Answer(status, reason, fields, chunks.data(), at + chunks.end())
          : chunks.end() < 0 ? refused : incomplete;
    }
    if (framing.length() >= 0) {
      int to = at + (int) framing.length();
      return to <= text.length()
          ? new Answer(status, reason, fields, text.substring(at, to), to)
          : incomplete;
    }
    return ended
        ? new Answer(status, reason, fields, text.substring(at), text.length())
        : incomplete;
  }
}
