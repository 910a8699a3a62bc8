package dev.crossfade.server;

import dev.crossfade.forward.ExtraFields;
import dev.crossfade.forward.OwnAnswer;
import dev.crossfade.http.FieldName;
import dev.crossfade.http.FieldTable;
import dev.crossfade.http.ResponseHead;
import dev.crossfade.http.TrailerSection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fields of answers in HTTP/2 (RFC 9113 §8.3.2): the origin's without hop-by-hop fields
 * and with ours, names in lower case; the proxy's own. Used again for the next, and confined to one
 * event loop.
 *
 * <p>The values are views of the head that came in. That is sound because they are encoded before
 * anything else is read, and the encoder keeps no table of what it has encoded ({@link
 * Http2Connection}).
 */
final class Http2AnswerWriter {
  private static final AsciiString STATUS = AsciiString.cached(":status");
  private static final AsciiString DATE = AsciiString.cached("date");
  private static final int NAME_LENGTH = "Date: ".length();
  private static final int LINE_END = "\r\n".length();

  /** A power of two. */
  private static final int KNOWN_NAMES = 256;

  private static final int STATUSES = 1000;

  private final Fields fields = new Fields();
  private final AsciiString[] statuses = new AsciiString[STATUSES];
  private final DateLine dateLine;
  private byte[] datedBy = {};
  private AsciiString date = AsciiString.EMPTY_STRING;

  /** Names in lower case, each where its hash says; an older one makes room. */
  private final AsciiString[] names = new AsciiString[KNOWN_NAMES];

  Http2AnswerWriter(DateLine dateLine) {
    this.dateLine = dateLine;
  }

  /**
   * The fields of one answer in two arrays that are used again for the next. Nothing is asked of
   * them by the codec but what stands here.
   */
  private static final class Fields extends DefaultHttp2Headers {
    private final Cursor cursor = new Cursor();
    private CharSequence[] keys = new CharSequence[32];
    private CharSequence[] values = new CharSequence[32];
    private int count;

    Fields() {
      super(false, 2);
    }

    void reset(CharSequence status) {
      count = 0;
      append(STATUS, status);
    }

    void append(CharSequence key, CharSequence value) {
      if (count == keys.length) {
        keys = Arrays.copyOf(keys, count * 2);
        values = Arrays.copyOf(values, count * 2);
      }
      keys[count] = key;
      values[count] = value;
      count++;
    }

    @Override
    public CharSequence status() {
      return values[0];
    }

    @Override
    public int size() {
      return count;
    }

    @Override
    public boolean isEmpty() {
      return count == 0;
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
      cursor.next = 0;
      return cursor;
    }

    /** Goes through the fields, and is the one it stands at. */
    private final class Cursor
        implements Iterator<Map.Entry<CharSequence, CharSequence>>,
            Map.Entry<CharSequence, CharSequence> {
      private int next;

      @Override
      public boolean hasNext() {
        return next < count;
      }

      @Override
      public Map.Entry<CharSequence, CharSequence> next() {
        if (next == count) {
          throw new NoSuchElementException();
        }
        next++;
        return this;
      }

      @Override
      public CharSequence getKey() {
        return keys[next - 1];
      }

      @Override
      public CharSequence getValue() {
        return values[next - 1];
      }

      @Override
      public CharSequence setValue(CharSequence value) {
        throw new UnsupportedOperationException("An answer's fields are only read.");
      }
    }

    // A collection's equality means nothing where there is one object for all answers.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /**
   * An origin's answer, final or interim.
   *
   * @param extra fields to be added
   * @return valid until the next call of this object
   */
  Http2Headers answer(ResponseHead head, ExtraFields extra) {
    origins(head);
    extra(extra);
    if (!head.fields().dated()) {
      fields.append(DATE, date());
    }
    return fields;
  }

  /**
   * An interim answer.
   *
   * @return valid until the next call of this object
   */
  Http2Headers interim(ResponseHead head) {
    origins(head);
    return fields;
  }

  private void origins(ResponseHead head) {
    fields.reset(status(head.status()));
    FieldTable table = head.fields();
    byte[] b = head.bytes();
    for (int i = 0; i < table.count(); i++) {
      // RFC 9113 §8.2.2: Upgrade has no meaning here, not even with 426.
      if (!AnswerWriter.omits(head, i, false) && table.name(i) != FieldName.UPGRADE) {
        int from = table.valueStart(i);
        fields.append(
            name(b, table.nameStart(i), table.nameEnd(i)),
            new AsciiString(b, from, table.valueEnd(i) - from, false));
      }
    }
  }

  private void extra(ExtraFields extra) {
    for (int i = 0; i < extra.count(); i++) {
      byte[] name = extra.name(i);
      fields.append(name(name, 0, name.length), new AsciiString(extra.value(i), false));
    }
  }

  /**
   * The proxy's own answer.
   *
   * @return valid until the next call of this object
   */
  Http2Headers own(OwnAnswer answer, ExtraFields extra) {
    fields.reset(status(answer.status()));
    fields.append("content-type", answer.contentType());
    fields.append("content-length", Integer.toString(answer.content().length));
    for (int i = 0; i + 1 < answer.fields().size(); i += 2) {
      fields.append(
          new AsciiString(answer.fields().get(i)).toLowerCase(), answer.fields().get(i + 1));
    }
    fields.append(DATE, date());
    extra(extra);
    return fields;
  }

  /**
   * The fields of a trailer section; they may have to wait, so they are copied.
   *
   * @return null if there are none
   */
  static @Nullable Http2Headers trailers(TrailerSection section) {
    FieldTable table = section.fields();
    if (table == null) {
      return null;
    }
    Http2Headers trailers = new DefaultHttp2Headers(false, table.count());
    byte[] b = section.bytes();
    for (int i = 0; i < table.count(); i++) {
      int name = table.nameStart(i);
      int value = table.valueStart(i);
      trailers.add(
          new AsciiString(b, name, table.nameEnd(i) - name, true).toLowerCase(),
          new AsciiString(b, value, table.valueEnd(i) - value, true));
    }
    return trailers;
  }

  private AsciiString status(int code) {
    AsciiString text = statuses[code];
    if (text == null) {
      text = new AsciiString(Integer.toString(code));
      statuses[code] = text;
    }
    return text;
  }

  private AsciiString date() {
    byte[] line = dateLine.now();
    if (line != datedBy) {
      datedBy = line;
      date = new AsciiString(line, NAME_LENGTH, line.length - NAME_LENGTH - LINE_END, true);
    }
    return date;
  }

  /** The name in lower case; origins use the same few again and again. */
  private AsciiString name(byte[] b, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + (b[i] | 0x20);
    }
    int place = (hash ^ hash >>> 16) & KNOWN_NAMES - 1;
    AsciiString known = names[place];
    if (known == null || !isAt(known, b, from, to)) {
      known = new AsciiString(b, from, to - from, true).toLowerCase();
      names[place] = known;
    }
    return known;
  }

  private static boolean isAt(AsciiString lowerCase, byte[] b, int from, int to) {
    if (lowerCase.length() != to - from) {
      return false;
    }
    byte[] wanted = lowerCase.array();
    int offset = lowerCase.arrayOffset();
    for (int i = from; i < to; i++) {
      byte c = b[i];
      int lower = c >= 'A' && c <= 'Z' ? c + 0x20 : c;
      if (lower != wanted[offset + i - from]) {
        return false;
      }
    }
    return true;
  }
}
