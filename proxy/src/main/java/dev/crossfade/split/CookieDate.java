package dev.crossfade.split;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * A date in a cookie's Expires, as user agents read it (RFC 6265 section 5.1.1): tokens in any
 * order, of which the first that can be the time, the day, the month and the year are taken.
 */
final class CookieDate {
  /** In place of a date: there is none. */
  static final long NONE = Long.MIN_VALUE;

  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
  private static final int UNKNOWN = -1;

  private int secondOfDay = UNKNOWN;
  private int day = UNKNOWN;
  private int month = UNKNOWN;
  private int year = UNKNOWN;

  private CookieDate() {}

  /** Seconds since 1970, or {@link #NONE}. */
  static long parse(byte[] bytes, int from, int to) {
    CookieDate date = new CookieDate();
    int at = from;
    while (at < to) {
      int start = at;
      while (start < to && isDelimiter(bytes[start])) {
        start++;
      }
      at = start;
      while (at < to && !isDelimiter(bytes[at])) {
        at++;
      }
      if (start < at && !date.take(bytes, start, at)) {
        return NONE;
      }
    }
    return date.seconds();
  }

  /** All but letters, digits, colons and what is not ASCII's. */
  private static boolean isDelimiter(byte b) {
    return b == 0x09
        || b >= 0x20 && b <= 0x2f
        || b >= 0x3b && b <= 0x40
        || b >= 0x5b && b <= 0x60
        || b >= 0x7b && b <= 0x7e;
  }

  /** Returns false where a time is out of range, and with it the whole date. */
  private boolean take(byte[] bytes, int from, int to) {
    int digits = digitsEnd(bytes, from, to) - from;
    if (secondOfDay == UNKNOWN && (digits == 1 || digits == 2)) {
      int colon = from + digits;
      if (colon < to && bytes[colon] == ':') {
        return takeTime(bytes, from, to);
      }
    }
    if (day == UNKNOWN && (digits == 1 || digits == 2)) {
      day = number(bytes, from, from + digits);
    } else if (month == UNKNOWN && monthOf(bytes, from, to) != UNKNOWN) {
      month = monthOf(bytes, from, to);
    } else if (year == UNKNOWN && digits >= 2 && digits <= 4) {
      year = number(bytes, from, from + digits);
    }
    return true;
  }

  /** Hours, minutes and seconds of one or two digits each; what is no time is passed over. */
  private boolean takeTime(byte[] bytes, int from, int to) {
    int time = 0;
    int at = from;
    for (int part = 0; part < 3; part++) {
      int end = digitsEnd(bytes, at, to);
      if (end == at || end - at > 2 || part < 2 && (end == to || bytes[end] != ':')) {
        return true;
      }
      int number = number(bytes, at, end);
      if (number > (part == 0 ? 23 : 59)) {
        return false;
      }
      time = time * 60 + number;
      at = end + 1;
    }
    secondOfDay = time;
    return true;
  }

  private static int digitsEnd(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  private static int number(byte[] bytes, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }

  /** 1 to 12, by the first three letters. */
  private static int monthOf(byte[] bytes, int from, int to) {
    if (to - from < 3) {
      return UNKNOWN;
    }
    for (int month = 0; month < 12; month++) {
      int at = 0;
      while (at < 3 && (bytes[from + at] | 0x20) == MONTHS.charAt(month * 3 + at)) {
        at++;
      }
      if (at == 3) {
        return month + 1;
      }
    }
    return UNKNOWN;
  }

  private long seconds() {
    int fullYear = year >= 70 && year <= 99 ? year + 1900 : year <= 69 ? year + 2000 : year;
    if (secondOfDay == UNKNOWN
        || day == UNKNOWN
        || month == UNKNOWN
        || year == UNKNOWN
        || fullYear < 1601) {
      return NONE;
    }
    try {
      return LocalDate.of(fullYear, month, day).toEpochDay() * 86_400 + secondOfDay;
    } catch (DateTimeException e) {
      return NONE;
    }
  }
}
