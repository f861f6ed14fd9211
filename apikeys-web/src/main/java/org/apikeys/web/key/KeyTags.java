package org.apikeys.web.key;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.key.KeyView;
import org.apikeys.limit.CreditRule;
import org.apikeys.web.http.EntityTags;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags of keys. That of a key with credits says the balance too, which calls change and no
 * version counts: so a document that is sent back says by its {@code If-Match} which balance it was
 * shown with, and gives nobody back what was spent meanwhile.
 */
final class KeyTags {
  private static final Pattern WITH_BALANCE = Pattern.compile("(\"v[0-9]{1,18})-([0-9]{1,18})\"");

  private KeyTags() {}

  static String of(KeyView key) {
    String tag = EntityTags.of(key.version());
    CreditRule credits = key.configuration().credits();
    return credits == null || credits.balance() == null
        ? tag
        : tag.substring(0, tag.length() - 1) + "-" + credits.balance() + "\"";
  }

  /** The version that {@code If-Match} asks for, whatever calls were made since; null for any. */
  static @Nullable Long expected(@Nullable String ifMatch) {
    Matcher tag = withBalance(ifMatch);
    return EntityTags.expected(tag.matches() ? tag.group(1) + "\"" : ifMatch);
  }

  /** The balance that was shown with the tag; null when there was none. */
  static @Nullable Long shownBalance(@Nullable String ifMatch) {
    Matcher tag = withBalance(ifMatch);
    return tag.matches() ? Long.valueOf(tag.group(2)) : null;
  }

  private static Matcher withBalance(@Nullable String ifMatch) {
    return WITH_BALANCE.matcher(ifMatch == null ? "" : ifMatch.strip());
  }
}
