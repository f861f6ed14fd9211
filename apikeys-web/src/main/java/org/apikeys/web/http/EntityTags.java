package org.apikeys.web.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** Entity tags (RFC 9110 section 8.8.3): the version of what is answered. */
public final class EntityTags {
  private static final Pattern TAG = Pattern.compile("\"v([0-9]{1,18})\"");

  private EntityTags() {}

  public static String of(long version) {
    return "\"v" + version + "\"";
  }

  /** The version that {@code If-Match} asks for; null when it asks for none. */
  public static @Nullable Long expected(@Nullable String ifMatch) {
    if (ifMatch == null || ifMatch.isBlank() || ifMatch.strip().equals("*")) {
      return null;
    }
    Matcher tag = TAG.matcher(ifMatch.strip());
    if (!tag.matches()) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED, "If-Match is not an ETag of this resource.");
    }
    return Long.valueOf(tag.group(1));
  }
}
