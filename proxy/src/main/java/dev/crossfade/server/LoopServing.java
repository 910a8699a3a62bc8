package dev.crossfade.server;

import dev.crossfade.forward.LoopForwarding;
import dev.crossfade.http.FieldsToHead;
import dev.crossfade.http.RequestHead;
import dev.crossfade.time.Deadlines;
import dev.crossfade.time.Ticker;
import java.time.InstantSource;

/**
 * What all client connections of one event loop share: the scratch into which a head is copied, and
 * the loop's deadlines. Confined to that loop.
 */
final class LoopServing {
  final LoopForwarding forwarding;
  final Deadlines deadlines;
  final Ticker ticker;
  final RequestHead head;
  final byte[] headBytes;
  final AnswerWriter writer;
  final FieldsToHead fields;
  final Http2AnswerWriter http2Writer;

  LoopServing(
      LoopForwarding forwarding,
      Deadlines deadlines,
      ServerSettings.Limits limits,
      InstantSource clock) {
    this.forwarding = forwarding;
    this.deadlines = deadlines;
    this.ticker = forwarding.ticker();
    this.head = new RequestHead(limits.requestLine(), limits.fields());
    this.headBytes = new byte[limits.head()];
    this.writer = new AnswerWriter(clock);
    this.fields = new FieldsToHead(headBytes);
    this.http2Writer = new Http2AnswerWriter(new DateLine(clock));
  }
}
