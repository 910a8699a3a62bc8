package dev.crossfade.server;

import dev.crossfade.forward.ExtraFields;
import dev.crossfade.forward.OwnAnswer;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.HeadCopy;
import dev.crossfade.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Writes answers' heads in HTTP/1.1: the origin's without hop-by-hop fields and with ours, in runs;
 * the proxy's own whole. Used again for the next; confined to one event loop.
 */
final class AnswerWriter {
  private static final byte[] VERSION = ascii("HTTP/1.1");
  private static final byte[] BLANK = {' '};
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] UPGRADE = ascii("Connection: upgrade\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final int ADDED = 256;

  /** The answer that has to name the protocol it asks for (RFC 9110 §15.5.22). */
  private static final int UPGRADE_REQUIRED = 426;

  /**
   * A body up to this size is copied behind a rewritten head: cheaper than a second buffer. A
   * larger one is written by itself, and both go out with one system call all the same; a composite
   * of the two would do no better and make half a kilobyte of garbage.
   */
  private static final int COPIED_BODY = 4 * 1024;

  /** What an HTTP/1 connection makes of an answer. */
  enum Persistence {
    /** HTTP/1.1, where nothing needs to be said. */
    IMPLIED,
    /** HTTP/1.0, where going on must be said. */
    SAID,
    CLOSE
  }

  private final HeadCopy copy = new HeadCopy();
  private final DateLine date;

  AnswerWriter(InstantSource clock) {
    this.date = new DateLine(clock);
  }

  /**
   * Writes the answer's head, and what of its body came along.
   *
   * @param received taken over; begins with the head
   * @param keepsChunks whether Transfer-Encoding stays as it is
   * @param makesChunks whether the body will be sent in chunks that the origin has not made
   * @param out takes over what is written, one or two buffers
   */
  void head(
      ResponseHead head,
      ExtraFields extra,
      ByteBuf received,
      Persistence persistence,
      boolean keepsChunks,
      boolean makesChunks,
      ByteBufAllocator allocator,
      Consumer<ByteBuf> out) {
    boolean changed =
        !head.http11()
            || lacksBlank(head)
            || head.fields().hopByHop()
            || head.fields().close()
            || !head.fields().dated()
            || extra.count() > 0
            || persistence != Persistence.IMPLIED
            || makesChunks
            || !keepsChunks && head.body() == ResponseHead.Body.CHUNKED
            || head.body() == ResponseHead.Body.NONE;
    if (!changed) {
      out.accept(received);
      return;
    }
    int headLength = head.end() - head.start();
    int bodyLength = received.readableBytes() - headLength;
    boolean together = bodyLength <= COPIED_BODY;
    ByteBuf rewritten = allocator.directBuffer(headLength + ADDED + (together ? bodyLength : 0));
    rewrite(head, extra, persistence, keepsChunks, makesChunks, rewritten);
    received.skipBytes(headLength);
    if (together) {
      rewritten.writeBytes(received);
      received.release();
      out.accept(rewritten);
    } else {
      out.accept(rewritten);
      out.accept(received);
    }
  }

  private void rewrite(
      ResponseHead head,
      ExtraFields extra,
      Persistence persistence,
      boolean keepsChunks,
      boolean makesChunks,
      ByteBuf out) {
    statusLine(head, out);
    fields(head, keepsChunks);
    copy.copyTo(head.end() - 2);
    for (int i = 0; i < extra.count(); i++) {
      copy.field(extra.name(i), extra.value(i));
    }
    if (!head.fields().dated()) {
      // RFC 9110 §6.6.1: whoever has a clock dates what has no date.
      copy.raw(date.now());
    }
    if (makesChunks) {
      copy.raw(CHUNKED);
    }
    if (head.status() == UPGRADE_REQUIRED) {
      copy.raw(UPGRADE);
    }
    if (persistence != Persistence.IMPLIED) {
      copy.raw(persistence == Persistence.SAID ? KEEP_ALIVE : CLOSE);
    }
    copy.end();
  }

  private void statusLine(ResponseHead head, ByteBuf out) {
    copy.begin(head.bytes(), head.start(), out);
    if (!head.http11()) {
      copy.omit(head.start(), head.start() + VERSION.length);
      copy.raw(VERSION);
    }
    if (lacksBlank(head)) {
      copy.copyTo(head.reasonStart());
      copy.raw(BLANK);
    }
  }

  /** RFC 9112 §4: the blank behind the status is there even where the reason is not. */
  private static boolean lacksBlank(ResponseHead head) {
    return head.bytes()[head.reasonStart()] != ' ';
  }

  private void fields(ResponseHead head, boolean keepsChunks) {
    FieldTable fields = head.fields();
    for (int i = 0; i < fields.count(); i++) {
      if (omits(head, i, keepsChunks)) {
        copy.omit(fields.nameStart(i), fields.lineEnd(i));
      }
    }
  }

  /** Whether a field of an origin's answer is not for its client, in any version of HTTP. */
  static boolean omits(ResponseHead head, int field, boolean keepsChunks) {
    return switch (head.fields().name(field)) {
      case CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          PROXY_AUTHENTICATE,
          TE,
          HTTP2_SETTINGS,
          HOP,
          X_CROSSFADE ->
          true;
      case UPGRADE -> head.status() != 101 && head.status() != UPGRADE_REQUIRED;
      // Neither has a body, so RFC 9110 §8.6 and RFC 9112 §6.1 forbid to say how long it is.
      case CONTENT_LENGTH -> head.status() < 200 || head.status() == 204;
      case TRANSFER_ENCODING -> !keepsChunks || head.body() != ResponseHead.Body.CHUNKED;
      default -> false;
    };
  }

  /** An interim answer. */
  ByteBuf interim(ResponseHead head, ByteBufAllocator allocator) {
    ByteBuf out = allocator.directBuffer(head.end() - head.start() + ADDED);
    statusLine(head, out);
    fields(head, false);
    copy.copyTo(head.end());
    return out;
  }

  /** The answer after which another protocol is spoken. */
  ByteBuf switching(ResponseHead head, ExtraFields extra, ByteBufAllocator allocator) {
    ByteBuf out = allocator.directBuffer(head.end() - head.start() + ADDED);
    statusLine(head, out);
    fields(head, false);
    copy.copyTo(head.end() - 2);
    for (int i = 0; i < extra.count(); i++) {
      copy.field(extra.name(i), extra.value(i));
    }
    copy.raw(UPGRADE);
    copy.end();
    return out;
  }

  /**
   * The proxy's own answer.
   *
   * @param withContent false for an answer to HEAD
   */
  ByteBuf own(
      OwnAnswer answer,
      ExtraFields extra,
      Persistence persistence,
      boolean withContent,
      ByteBufAllocator allocator) {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(answer.status()).append(' ').append(answer.reason());
    line(head, "Content-Type", answer.contentType());
    line(head, "Content-Length", Integer.toString(answer.content().length));
    for (int i = 0; i + 1 < answer.fields().size(); i += 2) {
      line(head, answer.fields().get(i), answer.fields().get(i + 1));
    }
    head.append("\r\n");
    ByteBuf out = allocator.directBuffer(head.length() + ADDED + answer.content().length);
    copy.begin(VERSION, 0, out);
    copy.raw(head.toString().getBytes(StandardCharsets.UTF_8));
    copy.raw(date.now());
    for (int i = 0; i < extra.count(); i++) {
      copy.field(extra.name(i), extra.value(i));
    }
    if (persistence != Persistence.IMPLIED) {
      copy.raw(persistence == Persistence.SAID ? KEEP_ALIVE : CLOSE);
    }
    copy.end();
    if (withContent) {
      out.writeBytes(answer.content());
    }
    return out;
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append("\r\n").append(name).append(": ").append(value);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
