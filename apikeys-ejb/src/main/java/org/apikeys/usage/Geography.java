package org.apikeys.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apikeys.hot.Direct;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Which country an address is in: what a trusted proxy has said of it, else what the operator's
 * database says. Without either nobody knows, and the answers say so.
 */
@Direct
public class Geography {
  private static final Pattern CODE = Pattern.compile("[A-Z]{2}");
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.]{2,45}");
  private static final int MOST_ADDRESSES = 100_000;
  private static final Duration KEPT = Duration.ofHours(1);

  /** What proxies say when they don't know either. */
  private static final String UNKNOWN = "XX";

  private final @Nullable Reader database;
  private final boolean told;
  private final Cache<String, String> known =
      Caffeine.newBuilder().maximumSize(MOST_ADDRESSES).expireAfterWrite(KEPT).build();

  @Inject
  public Geography(Settings settings) {
    database = settings.geoDatabase().map(Geography::open).orElse(null);
    told = settings.countryHeader().isPresent();
  }

  private static Reader open(Path file) {
    try {
      return new Reader(file.toFile(), Reader.FileMode.MEMORY, new CHMCache());
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "The setting apikeys.geoip.database names a file that is no readable MaxMind database.",
          e);
    }
  }

  /** Two capital letters (ISO 3166-1); null when nobody knows. */
  public @Nullable String country(@Nullable String address) {
    if (address == null || (database == null && !told)) {
      return null;
    }
    String country = known.get(address, this::look);
    return country == null || country.isEmpty() ? null : country;
  }

  private String look(String address) {
    Reader reader = database;
    if (reader == null || !ADDRESS.matcher(address).matches()) {
      return "";
    }
    try {
      // an address in digits is never looked up by name
      Map<?, ?> entry = reader.get(InetAddress.getByName(address), Map.class);
      return Optional.ofNullable(code(entry, "country"))
          .or(() -> Optional.ofNullable(code(entry, "registered_country")))
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private static @Nullable String code(@Nullable Map<?, ?> entry, String place) {
    return entry != null
            && entry.get(place) instanceof Map<?, ?> country
            && country.get("iso_code") instanceof String code
            && CODE.matcher(code).matches()
        ? code
        : null;
  }

  /** Notes what a trusted proxy says of an address that has just called. */
  public void note(String address, @Nullable String country) {
    String code = country == null ? "" : country.strip().toUpperCase(Locale.ROOT);
    if (CODE.matcher(code).matches() && !code.equals(UNKNOWN)) {
      known.put(address, code);
    }
  }

  /** Why countries are not known; null when they are. */
  public @Nullable String whyUnknown() {
    return database != null || told
        ? null
        : "This server has no geography: neither apikeys.geoip.database nor apikeys.geoip.header"
            + " is set.";
  }

  /** Where countries come from: {@code database}, {@code header}, {@code none}. */
  public String source() {
    if (database != null) {
      return told ? "header, database" : "database";
    }
    return told ? "header" : "none";
  }
}
