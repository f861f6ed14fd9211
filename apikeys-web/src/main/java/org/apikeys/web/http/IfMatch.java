package org.apikeys.web.http;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code If-Match} asks for (RFC 9110 section 13.1.1): that something is as one of some entity
 * tags says.
 *
 * @param any whether it asks for nothing: it is absent, or {@code *}
 * @param tags strong ones in their quotes; a weak one matches nothing and is left out
 */
public record IfMatch(boolean any, List<String> tags) {
  private static final String TAG = "(?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"";
  private static final Pattern MEMBER = Pattern.compile(TAG);
  private static final Pattern LIST =
      Pattern.compile("[ \\t,]*+" + TAG + "(?:[ \\t]*+,[ \\t,]*+" + TAG + ")*+[ \\t,]*+");

  public IfMatch {
    tags = List.copyOf(tags);
  }

  /** Of a header as it was sent; one that is no list of tags has none, and matches nothing. */
  public static IfMatch of(@Nullable String header) {
    if (header == null || header.isBlank() || header.strip().equals("*")) {
      return new IfMatch(true, List.of());
    }
    List<String> tags = new ArrayList<>();
    if (LIST.matcher(header).matches()) {
      Matcher member = MEMBER.matcher(header);
      while (member.find()) {
        if (!member.group().startsWith("W/")) {
          tags.add(member.group());
        }
      }
    }
    return new IfMatch(false, tags);
  }

  /** Whether something with this tag is as it is asked for. */
  public boolean allows(String tag) {
    return any || tags.contains(tag);
  }
}
