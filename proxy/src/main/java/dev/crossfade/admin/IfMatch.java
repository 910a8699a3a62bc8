package dev.crossfade.admin;

import dev.crossfade.control.Precondition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The field If-Match (RFC 9110 §13.1.1); its entity tags are revisions. */
final class IfMatch {
  /** An entity tag or an empty element of the list, which counts for nothing (§5.6.1.2). */
  private static final Pattern TAG =
      Pattern.compile("\\G[ \\t]*(?:(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"[ \\t]*(?:,|$)|,)");

  private static final Pattern REVISION = Pattern.compile("[1-9][0-9]{0,17}");

  private IfMatch() {}

  /** What the field lines ask for. */
  static Precondition parse(List<String> lines) throws Problem {
    if (lines.isEmpty()) {
      return Precondition.NONE;
    }
    String field = String.join(",", lines);
    if (field.strip().equals("*")) {
      return Precondition.NONE;
    }
    Set<Long> revisions = new HashSet<>();
    Matcher tags = TAG.matcher(field);
    int end = 0;
    boolean named = false;
    while (end < field.length() && tags.find()) {
      // The comparison is the strong one, by which a weak tag never matches.
      String tag = tags.group(2);
      named |= tag != null;
      if (tag != null && tags.group(1) == null && REVISION.matcher(tag).matches()) {
        revisions.add(Long.valueOf(tag));
      }
      end = tags.end();
    }
    if (!named || end < field.length()) {
      throw new Problem(400, "If-Match must be * or a list of entity tags such as \"7\".");
    }
    return new Precondition(revisions);
  }
}
