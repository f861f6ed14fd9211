package org.apikeys.web.key;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apikeys.check.Expected;
import org.apikeys.key.KeyView;
import org.apikeys.limit.CreditRule;
import org.apikeys.web.http.EntityTags;
import org.apikeys.web.http.IfMatch;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags of keys. That of a key with credits says the balance too, which calls change and no
 * version counts: so a document that is sent back says by its {@code If-Match} which balance it was
 * shown with, and gives nobody back what was spent meanwhile.
 */
final class KeyTags {
  private static final Pattern FORM = Pattern.compile("\"v([0-9]{1,18})(?:-([0-9]{1,18}))?\"");

  private KeyTags() {}

  static String of(KeyView key) {
    String tag = EntityTags.of(key.version());
    CreditRule credits = key.configuration().credits();
    return credits == null || credits.balance() == null
        ? tag
        : tag.substring(0, tag.length() - 1) + "-" + credits.balance() + "\"";
  }

  /** The versions that {@code If-Match} asks for, whatever calls were made since; null for any. */
  static @Nullable Expected expected(@Nullable String ifMatch) {
    return EntityTags.expected(ifMatch, FORM);
  }

  /** The balances that this version was shown with, as {@code If-Match} says. */
  static Set<Long> shownBalances(@Nullable String ifMatch, long version) {
    return IfMatch.of(ifMatch).tags().stream()
        .map(FORM::matcher)
        .filter(Matcher::matches)
        .filter(tag -> Long.parseLong(tag.group(1)) == version && tag.group(2) != null)
        .map(tag -> Long.valueOf(tag.group(2)))
        .collect(Collectors.toSet());
  }
}
