package org.apikeys.web.http;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.check.Expected;
import org.jspecify.annotations.Nullable;

/** Entity tags (RFC 9110 section 8.8.3): the version of what is answered. */
public final class EntityTags {
  private static final Pattern FORM = Pattern.compile("\"v([0-9]{1,18})\"");

  private EntityTags() {}

  public static String of(long version) {
    return "\"v" + version + "\"";
  }

  /** The versions that {@code If-Match} asks for; null when it asks for none. */
  public static @Nullable Expected expected(@Nullable String ifMatch) {
    return expected(ifMatch, FORM);
  }

  /**
   * The same of things whose tags say more.
   *
   * @param form of their tags, with the version in its first group
   */
  public static @Nullable Expected expected(@Nullable String ifMatch, Pattern form) {
    IfMatch sent = IfMatch.of(ifMatch);
    if (sent.any()) {
      return null;
    }
    Set<Long> versions =
        sent.tags().stream()
            .map(form::matcher)
            .filter(Matcher::matches)
            .map(tag -> Long.valueOf(tag.group(1)))
            .collect(Collectors.toSet());
    if (versions.isEmpty()) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED, "If-Match has no ETag of this resource.");
    }
    return new Expected(versions);
  }
}
