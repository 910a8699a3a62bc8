package dev.crossfade.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to the admin API. Not safe for use by several threads.
 *
 * <p>Over {@link HttpURLConnection} and not {@link java.net.http.HttpClient}, whose classes and
 * threads alone cost a short command half a second on a small machine. It may send a request again
 * when a connection breaks; this client has it do so for reads only.
 */
final class AdminClient {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** More than any answer of ours; keeps a foreign server from filling the memory. */
  private static final int LARGEST_ANSWER = 64 << 20;

  private final URI base;
  private final @Nullable String token;
  private final Duration answerWithin;

  /**
   * @param base the admin API's address, with or without a slash at its end
   * @param token sent as a bearer token; null for none
   */
  AdminClient(URI base, @Nullable String token) {
    this(base, token, ANSWER);
  }

  /**
   * @param answerWithin how long to wait for an answer
   */
  AdminClient(URI base, @Nullable String token, Duration answerWithin) {
    this.base = base;
    this.token = token;
    this.answerWithin = answerWithin;
  }

  /**
   * Reads.
   *
   * @param path with a leading slash and the query, percent-encoded
   * @throws CommandFailure if it did not succeed
   */
  Answer get(String path) {
    return succeeded(send("GET", path, null, Map.of()));
  }

  /**
   * Changes something.
   *
   * @param body JSON; empty for none
   * @param ifRevision the revision that the change is meant for; null for any
   * @throws CommandFailure if it did not succeed
   */
  Answer change(String method, String path, String body, @Nullable String ifRevision) {
    Map<String, String> condition =
        ifRevision == null ? Map.of() : Map.of("If-Match", '"' + ifRevision + '"');
    return succeeded(send(method, path, body.getBytes(StandardCharsets.UTF_8), condition));
  }

  /** The address that this client speaks to, as a person would write it. */
  @Override
  public String toString() {
    return withoutSlash(base.toString());
  }

  private Answer send(
      String method, String path, byte @Nullable [] body, Map<String, String> fields) {
    try {
      HttpURLConnection connection = open(method, path);
      fields.forEach(connection::setRequestProperty);
      if (body != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        // Of a length told beforehand nothing is kept, so nothing is sent a second time.
        connection.setFixedLengthStreamingMode(body.length);
        connection.getOutputStream().write(body);
      }
      return read(connection);
    } catch (IOException e) {
      throw unreachable(e, body != null);
    }
  }

  private HttpURLConnection open(String method, String path) throws IOException {
    URI uri = URI.create(this + path);
    // An admin API is near; a proxy meant for the way into the internet has no place before it.
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setRequestMethod(method);
    connection.setConnectTimeout((int) CONNECT.toMillis());
    connection.setReadTimeout((int) answerWithin.toMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept", "application/json, text/plain;q=0.5");
    connection.setRequestProperty("User-Agent", "crossfade");
    if (token != null) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection;
  }

  private static Answer read(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    String type = connection.getContentType();
    try (InputStream stream =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      byte[] body = stream == null ? new byte[0] : stream.readNBytes(LARGEST_ANSWER);
      return new Answer(status, type == null ? "" : type.toLowerCase(Locale.ROOT), body);
    }
  }

  private Answer succeeded(Answer answer) {
    if (answer.status() >= 200 && answer.status() < 300) {
      return answer;
    }
    ExitCode code =
        switch (answer.status()) {
          case 401, 403 -> ExitCode.NOT_AUTHORISED;
          case 409, 412 -> ExitCode.CONFLICT;
          case 400, 422 -> ExitCode.VALUE_REFUSED;
          default -> ExitCode.OTHER;
        };
    // HttpURLConnection keeps the body of a 401 to itself; what it would say is known anyway.
    throw new CommandFailure(
        code, answer.status() == 401 ? unknownToken() : answer.problem(this.toString()));
  }

  private String unknownToken() {
    return "The admin API at "
        + this
        + (token == null ? " wants a token" : " refused the token")
        + " (--token-file or CROSSFADE_TOKEN).";
  }

  private CommandFailure unreachable(IOException e, boolean changing) {
    String why;
    if (e instanceof UnknownHostException) {
      why = "the host name is not known";
    } else if (e instanceof SocketTimeoutException) {
      why = "it did not answer in time";
    } else if (e instanceof NoRouteToHostException) {
      why = "there is no route to it";
    } else {
      why = e.getMessage() == null ? "the connection broke" : e.getMessage();
    }
    boolean perhapsSent = changing && !(e instanceof java.net.ConnectException);
    return new CommandFailure(
        ExitCode.UNREACHABLE,
        "The admin API at "
            + this
            + " is not reachable: "
            + why
            + "."
            + (perhapsSent && !(e instanceof UnknownHostException)
                ? " Whether the change was made is not known; see 'crossfade status'."
                : ""));
  }

  private static String withoutSlash(String address) {
    return address.endsWith("/")
        ? withoutSlash(address.substring(0, address.length() - 1))
        : address;
  }
}
