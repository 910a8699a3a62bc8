package dev.crossfade.forward;

import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.TrailerSection;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of an {@link Exchange}: what it says to the client goes through here, in the
 * client's version of HTTP. Called on the event loop of both.
 *
 * <p>An answer is any number of {@link #interim}, then either {@link #answer}, any number of {@link
 * #body}, perhaps {@link #trailers}, and one {@link #answerEnds}; or {@link #answerItself}; or
 * {@link #switchProtocols} and then {@link #body} and {@link #outputEnds}. {@link #cut} may take
 * the place of the rest.
 */
public interface ClientEnd {
  /** Who the client is and how it came. */
  ClientFacts client();

  /** What is spoken with the client, as a log says it; null where the request line says so. */
  default byte @Nullable [] protocol() {
    return null;
  }

  /** An answer with status 1xx that is followed by another. */
  void interim(ResponseHead head);

  /**
   * The head of the answer.
   *
   * @param head valid during the call only
   * @param extra fields to be added
   * @param received the head as it came, and behind it as much of the body as came with it; to be
   *     released by the callee
   */
  void answer(ResponseHead head, ExtraFields extra, ByteBuf received);

  /** Whether a chunked body is taken with its framing; else only its data is wanted. */
  boolean takesChunks();

  /**
   * More of the answer's body, or bytes of another protocol.
   *
   * @param bytes to be released by the callee
   */
  void body(ByteBuf bytes);

  /**
   * The trailer section of a chunked body whose framing is not {@linkplain #takesChunks taken}.
   *
   * @param trailers valid during the call only
   */
  default void trailers(TrailerSection trailers) {}

  /** The answer is complete. */
  void answerEnds();

  /** The proxy's own answer, whole. */
  void answerItself(OwnAnswer answer, ExtraFields extra);

  /** Status 101: the bytes that follow, both ways, are of another protocol. */
  void switchProtocols(ResponseHead head, ExtraFields extra);

  /** In another protocol, the origin sends no more. */
  void outputEnds();

  /** The answer can't be completed, and the client must be able to tell. */
  void cut();

  /** Flushes what was written. */
  void flush();

  /** Whether the client takes more at present. */
  boolean writable();

  /** The origin takes no more of the request's body at present. */
  void pauseRequest();

  /** The origin takes more again. */
  void resumeRequest();
}
