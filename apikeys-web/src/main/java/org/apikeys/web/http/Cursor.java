package org.apikeys.web.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;

/** Where a list goes on; clients hand it back and need not understand it. */
public final class Cursor {
  private static final Pattern FORM = Pattern.compile("after:([0-9]{1,9})");

  private Cursor() {}

  /** How many items were shown before; 0 without a cursor. */
  public static int first(Query query) {
    String text = query.text("cursor");
    if (text == null) {
      return 0;
    }
    try {
      Matcher cursor =
          FORM.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
      if (cursor.matches()) {
        return Integer.parseInt(cursor.group(1));
      }
    } catch (IllegalArgumentException e) {
      // told below, like any other text that is no cursor
    }
    throw ProblemException.invalid("cursor", "is not one that an answer gave");
  }

  /** The cursor behind so many items. */
  public static String after(int items) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("after:" + items).getBytes(StandardCharsets.US_ASCII));
  }
}
