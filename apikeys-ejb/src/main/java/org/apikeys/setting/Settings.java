package org.apikeys.setting;

import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apikeys.api.key.KeyAlphabet;
import org.apikeys.api.key.KeyFormat;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Every setting, by MicroProfile Config: the system property {@code apikeys.data.dir} or the
 * environment variable {@code APIKEYS_DATA_DIR}. {@code config/apikeys.properties} lists them with
 * their defaults and units. A wrong value is refused with the setting's name, never its value.
 */
public final class Settings {
  /** Which credentials are taken from {@code ?api_key=}. */
  public enum QueryParameter {
    NONE,
    PUBLISHABLE,
    ALL
  }

  /** Who takes verifications from the network. */
  public enum AnsweredBy {
    /** The server's HTTP engine, where it is one that is known. */
    ENGINE,
    /** The Servlet container, with all that is set up in it: access logs, tracing of requests. */
    SERVLETS
  }

  /** How a secret is hashed at rest. */
  public enum Hash {
    HMAC_SHA256,
    SHA256,
    BCRYPT
  }

  /** Whether limits are shared with other nodes. */
  public enum ClusterMode {
    AUTO,
    ON,
    OFF
  }

  /** The class that reads them is a holder so that a wrong setting is told at first use. */
  private static final class Holder {
    static final Settings CURRENT =
        ofServer(ofConfig(ConfigProvider.getConfig(Settings.class.getClassLoader())));
  }

  private static final String MAILBOX = "[^\\s<>@,;:()\"]+@[^\\s<>@,;:()\"]+";

  /** An address alone, or behind a name: not all that mail allows, and nothing that it does not. */
  private static final Pattern SENDER =
      Pattern.compile(MAILBOX + "|[\\p{L}\\p{N} ._'-]* ?<" + MAILBOX + ">");

  /** A hundred years and some: what is longer than that is a slip. */
  private static final long MOST_DAYS = 36_600;

  private final Function<String, Optional<String>> source;

  /** Settings from any source, for tests and tools. */
  public Settings(Function<String, Optional<String>> source) {
    this.source = source;
    check();
  }

  /** The settings of a server: a wrong one is told in its log, since it ends the start. */
  static Settings ofServer(Function<String, Optional<String>> source) {
    return RefusedStart.telling(() -> new Settings(source));
  }

  /** The settings of this server. */
  public static Settings current() {
    return Holder.CURRENT;
  }

  private static Function<String, Optional<String>> ofConfig(Config config) {
    return name ->
        config
            .getOptionalValue(name, String.class)
            .map(String::strip)
            .filter(value -> !value.isEmpty());
  }

  /** Reads every setting once, so that a wrong one stops the start. */
  private void check() {
    dataDirectory();
    databaseUrl();
    hash();
    queryParameter();
    staleLimit();
    clockOffset();
    demo();
    trustedProxies();
    tokenLifetime();
    sessionLifetime();
    openId();
    usageDetailsPerSecond();
    checkInsight();
    cachedKeys();
    answeredBy();
    warmKeys();
    openCallLimit();
    cluster();
    keyFormat();
    webhooksAllowPrivate();
    expiryWarningDays();
    expiryGrace();
    archiveRevokedAfter();
    unusedAfter();
    mailPort();
    mailFrom();
    mailTls();
    logOrigin();
    anchorSyslog();
    anchorWebhook();
    anchorEvery();
    stopDrain();
    checkPlugins();
    leakAnswer();
    checkReports();
  }

  private void checkReports() {
    reportsKept();
    reportsAtOnce();
    reportFileLimit();
    reportStoreLimit();
    publicAddress();
  }

  /** For how long the files of reports that were made in the background are kept. */
  public Period reportsKept() {
    return period("apikeys.reports.kept", "P30D");
  }

  /** How many reports of one organization are made at the same time, in the whole cluster. */
  public int reportsAtOnce() {
    return number("apikeys.reports.at-once", 2, 1, 50);
  }

  /** The largest file of a report, in bytes. */
  public long reportFileLimit() {
    return number("apikeys.reports.file-megabytes", 16, 1, 256) * 1_048_576L;
  }

  /** What all kept files of an organization's reports may come to, in bytes. */
  public long reportStoreLimit() {
    return number("apikeys.reports.kept-megabytes", 256, 1, 102_400) * 1_048_576L;
  }

  /** Where people reach this system, without a slash at the end; stands before links in mails. */
  public Optional<String> publicAddress() {
    return address(
            "apikeys.public-address",
            "https?://[^\\s/?#]+(/[^\\s?#]*)?",
            "is an address with http or https, without a query")
        .map(uri -> uri.toString().replaceAll("/+$", ""));
  }

  /** What becomes of a key that was found in public. */
  public enum LeakAnswer {
    REVOKE,
    SUSPEND
  }

  /** File of the public keys of those who may report leaks; one that is not there holds none. */
  public Path leakKeys() {
    return file("apikeys.leaks.keys").orElseGet(() -> dataDirectory().resolve("leak-keys.json"));
  }

  public LeakAnswer leakAnswer() {
    return oneOf("apikeys.leaks.answer", LeakAnswer.class, LeakAnswer.REVOKE);
  }

  private void checkInsight() {
    usageDaysKept();
    geoDatabase();
    countryHeader();
  }

  /** For how long the sums of whole days are kept, when retention keeps the calls no longer. */
  public Period usageDaysKept() {
    return period("apikeys.usage.days-kept", "P2Y");
  }

  private Period period(String name, String standard) {
    try {
      Period period = Period.parse(text(name, standard)).normalized();
      if (!period.isNegative() && !period.isZero() && period.toTotalMonths() <= 1_200) {
        return period;
      }
    } catch (DateTimeException e) {
      // told below
    }
    throw wrong(name, "is an ISO 8601 period from P1D to P100Y");
  }

  /** File of the price lists; absent: the one that comes with the system. */
  public Optional<Path> billingPrices() {
    return file("apikeys.billing.prices");
  }

  /** File of the controls of compliance frameworks; absent: the one that comes with the system. */
  public Optional<Path> complianceControls() {
    return file("apikeys.compliance.controls");
  }

  /** A MaxMind-format database that tells countries by address; absent: none are told by it. */
  public Optional<Path> geoDatabase() {
    return file("apikeys.geoip.database");
  }

  /** The header in which trusted proxies say the client's country; absent: none is believed. */
  public Optional<String> countryHeader() {
    Optional<String> header = source.apply("apikeys.geoip.header").filter(name -> !name.isEmpty());
    if (header.isPresent() && !header.get().matches("[A-Za-z0-9-]{1,50}")) {
      throw wrong("apikeys.geoip.header", "is the name of a header");
    }
    return header;
  }

  private void checkPlugins() {
    pluginDirectory();
    pluginVerification();
    pluginDigests();
    pluginTimeLimit();
    pluginCheckTimeLimit();
  }

  /** How the jar of a plugin must prove where it comes from. */
  public enum PluginVerification {
    NONE,
    SHA256,
    SIGNATURE
  }

  /** Folder of plugin jars; one that is not there holds none. */
  public Path pluginDirectory() {
    return Path.of(text("apikeys.plugins.dir", "./plugins")).toAbsolutePath().normalize();
  }

  public PluginVerification pluginVerification() {
    return oneOf("apikeys.plugins.verification", PluginVerification.class, PluginVerification.NONE);
  }

  /** SHA-256 digests of the jars that are trusted, in lower-case hexadecimal digits. */
  public Set<String> pluginDigests() {
    Set<String> digests =
        Arrays.stream(text("apikeys.plugins.digests", "").split(",", -1))
            .map(digest -> digest.strip().toLowerCase(Locale.ROOT))
            .filter(digest -> !digest.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    if (digests.stream().anyMatch(digest -> !digest.matches("[0-9a-f]{64}"))) {
      throw wrong(
          "apikeys.plugins.digests", "is digests of 64 hexadecimal digits, with commas between");
    }
    return digests;
  }

  /** File of the certificates (PEM) of those who may sign plugins. */
  public Optional<Path> pluginCertificates() {
    return source.apply("apikeys.plugins.certificates").map(Path::of);
  }

  /** How long a plugin's code may take to say what the plugin is. */
  public Duration pluginTimeLimit() {
    return between("apikeys.plugins.time-limit", "PT5S", "PT0.1S", "PT1M");
  }

  /** How long a plugin's check may take while somebody waits for a decision. */
  public Duration pluginCheckTimeLimit() {
    return between("apikeys.plugins.check-time-limit", "PT0.25S", "PT0.001S", "PT5S");
  }

  /** What is set for one plugin: {@code apikeys.plugin.<id>.<name>}. */
  public Optional<String> ofPlugin(String id, String name) {
    return source.apply("apikeys.plugin." + id + "." + name).filter(value -> !value.isEmpty());
  }

  /** Folder of the embedded database and the key files. */
  public Path dataDirectory() {
    return Path.of(text("apikeys.data.dir", "./data")).toAbsolutePath().normalize();
  }

  /** Password of the first administrator; absent: a random one, printed once. */
  public Optional<String> adminPassword() {
    return source.apply("apikeys.admin.password");
  }

  /** A backup to fill an empty store from, at the first start. */
  public Optional<Path> restoreFile() {
    return file("apikeys.restore.file");
  }

  /** What that backup is encrypted under. */
  public Optional<String> restorePassphrase() {
    return source.apply("apikeys.restore.passphrase").filter(words -> !words.isEmpty());
  }

  /** JDBC address of PostgreSQL; absent: embedded Derby in the data folder. */
  public Optional<String> databaseUrl() {
    Optional<String> url = source.apply("apikeys.db.url");
    if (url.isPresent() && !url.get().startsWith("jdbc:postgresql://")) {
      throw wrong("apikeys.db.url", "is a JDBC address of PostgreSQL: jdbc:postgresql://…");
    }
    return url;
  }

  public Optional<String> databaseUser() {
    return source.apply("apikeys.db.user");
  }

  public Optional<String> databasePassword() {
    return source.apply("apikeys.db.password");
  }

  /** Addresses and ranges of proxies whose forwarded headers are believed. */
  public List<String> trustedProxies() {
    return Arrays.stream(text("apikeys.trusted-proxies", "").split(",", -1))
        .map(String::strip)
        .filter(range -> !range.isEmpty() && !range.equals("none"))
        .toList();
  }

  public Hash hash() {
    return oneOf("apikeys.hash", Hash.class, Hash.HMAC_SHA256);
  }

  public QueryParameter queryParameter() {
    return oneOf("apikeys.auth.query-parameter", QueryParameter.class, QueryParameter.PUBLISHABLE);
  }

  /** How long cached keys are still decided about while the store is out of reach. */
  public Duration staleLimit() {
    Duration limit = duration("apikeys.verify.stale-limit", Duration.ofSeconds(10));
    if (limit.isNegative() || limit.toDays() > MOST_DAYS) {
      throw wrong("apikeys.verify.stale-limit", "is not below zero, and at most 100 years");
    }
    return limit;
  }

  /** By how much the server's clock is shifted, for rehearsals of deadlines. */
  public Duration clockOffset() {
    Duration offset = duration("apikeys.clock.offset", Duration.ZERO);
    if (!offset.isZero() && !flag("apikeys.clock.rehearsal")) {
      throw wrong("apikeys.clock.offset", "is refused unless apikeys.clock.rehearsal is true");
    }
    return offset;
  }

  /** Whether an empty store is filled with something to look at. */
  public boolean demo() {
    return flag("apikeys.demo");
  }

  /** How long a token of the built-in issuer is valid. */
  public Duration tokenLifetime() {
    return between("apikeys.token.lifetime", "PT1H", "PT1M", "PT24H");
  }

  /** For how long after a sign-in tokens of the built-in issuer are exchanged for new ones. */
  public Duration sessionLifetime() {
    return between("apikeys.session.lifetime", "PT12H", "PT1M", "P7D");
  }

  /** Whether the tokens of this issuer are the ones that the server is to take. */
  public boolean isTrusted(String issuer) {
    return source.apply("mp.jwt.verify.issuer").filter(issuer::equals).isPresent();
  }

  /** The OpenID provider that people sign in with; absent: they are in the built-in directory. */
  public Optional<OpenIdSettings> openId() {
    Optional<String> clientId =
        source.apply("apikeys.openid.client-id").filter(id -> !id.isEmpty());
    return clientId.map(this::openIdOf);
  }

  private OpenIdSettings openIdOf(String clientId) {
    if (!clientId.matches("[\\x21-\\x7E]{1,200}")) {
      throw wrong("apikeys.openid.client-id", "is 1 to 200 visible ASCII characters");
    }
    String issuer = text("mp.jwt.verify.issuer", "");
    if (!OpenIdSettings.isSafeAddress(issuer) || issuer.contains("?")) {
      throw wrong(
          "mp.jwt.verify.issuer",
          "is the https address of the provider, where apikeys.openid.client-id is set");
    }
    String scope = text("apikeys.openid.scope", "openid profile email");
    if (!OpenIdSettings.isScope(scope)) {
      throw wrong("apikeys.openid.scope", "is scopes with blanks between, with openid among them");
    }
    String redirect = text("apikeys.openid.redirect-uri", "");
    if (!OpenIdSettings.isSafeAddress(redirect)
        || redirect.contains("?")
        || !redirect.endsWith(OpenIdSettings.RETURN)) {
      throw wrong(
          "apikeys.openid.redirect-uri",
          "is the https address of the console with " + OpenIdSettings.RETURN + " at its end");
    }
    String name = text("apikeys.openid.name", URI.create(issuer).getHost());
    if (name.length() > 50) {
      throw wrong("apikeys.openid.name", "has at most 50 characters");
    }
    Optional<String> secret =
        source.apply("apikeys.openid.secret").filter(words -> !words.isEmpty());
    return new OpenIdSettings(issuer, clientId, secret, scope, redirect, name);
  }

  /** How many single calls a second are kept with their details; all are counted. */
  public int usageDetailsPerSecond() {
    return number("apikeys.usage.details-per-second", 2_000, 0, 1_000_000);
  }

  /** How many keys are held in memory for verification. */
  public int cachedKeys() {
    return number("apikeys.verify.cached-keys", 200_000, 100, 10_000_000);
  }

  /** Who takes verifications from the network. */
  public AnsweredBy answeredBy() {
    return oneOf("apikeys.verify.answered-by", AnsweredBy.class, AnsweredBy.ENGINE);
  }

  /** How many of the keys that were used last are read at the start before they are presented. */
  public int warmKeys() {
    return number("apikeys.verify.warm-keys", 10_000, 0, 1_000_000);
  }

  /** Whether limits are shared with other nodes on the same store. */
  public ClusterMode cluster() {
    return oneOf("apikeys.cluster", ClusterMode.class, ClusterMode.AUTO);
  }

  /** How long a node that is asked to stop goes on for calls that are on their way to it. */
  public Duration stopDrain() {
    return between("apikeys.stop.drain", "PT5S", "PT0S", "PT10M");
  }

  /** How long a call counts as open when nobody reports its end. */
  public Duration openCallLimit() {
    return between("apikeys.limits.open-call", "PT60S", "PT1S", "PT24H");
  }

  /** How keys look. */
  public KeyFormat keyFormat() {
    int publicLength = number("apikeys.key.public-length", 8, 4, 32);
    int secretLength = number("apikeys.key.secret-length", 32, 16, 128);
    KeyAlphabet alphabet = keyAlphabet();
    try {
      return new KeyFormat(
          text("apikeys.key.secret-prefix", KeyFormat.DEFAULT.secretPrefix()),
          text("apikeys.key.publishable-prefix", KeyFormat.DEFAULT.publishablePrefix()),
          publicLength,
          secretLength,
          alphabet);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "The settings apikeys.key.secret-prefix, apikeys.key.publishable-prefix,"
              + " apikeys.key.public-length and apikeys.key.secret-length make no keys: "
              + e.getMessage()
              + ".",
          e);
    }
  }

  private KeyAlphabet keyAlphabet() {
    String name = "apikeys.key.alphabet";
    try {
      return new KeyAlphabet(text(name, KeyFormat.DEFAULT.alphabet().symbols()));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "The setting " + name + " can't be taken: " + e.getMessage() + ".", e);
    }
  }

  /** File of the rules by which limits are tightened; absent: those that come with the system. */
  public Optional<Path> adaptiveLimits() {
    return source.apply("apikeys.limits.adaptive").map(Path::of);
  }

  /** File of default limits and bounds; absent: those that come with the system. */
  public Optional<Path> limits() {
    return source.apply("apikeys.limits.rules").map(Path::of);
  }

  /** File of the key types; absent: those that come with the system. */
  public Optional<Path> keyTypes() {
    return source.apply("apikeys.key-types").map(Path::of);
  }

  /** Name of the audit log in its checkpoints; counts when its first key is made. */
  public String logOrigin() {
    String origin = text("apikeys.audit.origin", "apikeys.local/audit");
    if (!origin.matches("[A-Za-z0-9][A-Za-z0-9./_-]{0,99}")) {
      throw wrong("apikeys.audit.origin", "is 1 to 100 letters, digits and ./_-");
    }
    return origin;
  }

  /** A file that checkpoints of the audit log are appended to. */
  public Optional<Path> anchorFile() {
    return file("apikeys.audit.anchor.file");
  }

  /** A syslog server that checkpoints of the audit log are sent to. */
  public Optional<URI> anchorSyslog() {
    return address(
        "apikeys.audit.anchor.syslog",
        "(udp|tcp|tls)://[A-Za-z0-9.-]+:[1-9][0-9]{0,4}",
        "is udp://host:port, tcp://host:port or tls://host:port");
  }

  /** Where checkpoints of the audit log are posted to. */
  public Optional<URI> anchorWebhook() {
    return address(
        "apikeys.audit.anchor.webhook",
        "https?://[^\\s/]+(/\\S*)?",
        "is an address with http or https");
  }

  /** How often a checkpoint is put to each anchor at most. */
  public Duration anchorEvery() {
    return between("apikeys.audit.anchor.every", "PT1M", "PT1S", "PT24H");
  }

  private Optional<URI> address(String name, String form, String rule) {
    Optional<String> text = source.apply(name).filter(value -> !value.isEmpty());
    if (text.isPresent() && !text.get().matches(form)) {
      throw wrong(name, rule);
    }
    try {
      return text.map(URI::create);
    } catch (IllegalArgumentException e) {
      throw wrong(name, rule);
    }
  }

  /** File of the approval policies; absent: those that come with the system. */
  public Optional<Path> policies() {
    return source.apply("apikeys.policies").map(Path::of);
  }

  /** File of the texts of notices; absent: those that come with the system. */
  public Optional<Path> noticeTemplates() {
    return source.apply("apikeys.notices.templates").map(Path::of);
  }

  /** How many days before its end a key's owner is told, the longest first. */
  public List<Integer> expiryWarningDays() {
    String name = "apikeys.lifecycle.warning-days";
    List<Integer> days =
        Arrays.stream(text(name, "30,7,1").split(",", -1))
            .map(String::strip)
            .map(
                word -> {
                  if (!word.matches("[1-9][0-9]{0,2}")) {
                    throw wrong(name, "is whole numbers from 1 to 999 with commas between");
                  }
                  return Integer.valueOf(word);
                })
            .distinct()
            .sorted(Comparator.reverseOrder())
            .toList();
    return days;
  }

  /** How long an expired key can still be renewed, before it is archived. */
  public Duration expiryGrace() {
    return above("apikeys.lifecycle.grace", Duration.ofDays(30));
  }

  /** How long a revoked key stays among the others, before it is archived. */
  public Duration archiveRevokedAfter() {
    return above("apikeys.lifecycle.archive-revoked-after", Duration.ofDays(90));
  }

  /** After how long without a call the owner of a key is asked about it. */
  public Duration unusedAfter() {
    return above("apikeys.lifecycle.unused-after", Duration.ofDays(90));
  }

  private Duration above(String name, Duration standard) {
    Duration time = duration(name, standard);
    if (time.isNegative() || time.isZero() || time.toDays() > MOST_DAYS) {
      throw wrong(name, "is above zero and at most 100 years");
    }
    return time;
  }

  /** Whether messages may be sent to addresses inside of a network. */
  public boolean webhooksAllowPrivate() {
    return flag("apikeys.webhooks.allow-private");
  }

  /** The SMTP server; absent: no mail is sent. */
  public Optional<String> mailHost() {
    return source.apply("apikeys.mail.host").filter(host -> !host.isEmpty());
  }

  public int mailPort() {
    return number("apikeys.mail.port", 25, 1, 65_535);
  }

  /** The sender of every mail, with a name before it perhaps. */
  public String mailFrom() {
    String from = text("apikeys.mail.from", "apikeys@localhost");
    if (!SENDER.matcher(from).matches()) {
      throw wrong(
          "apikeys.mail.from", "is an address such as keys@example.com or Keys <keys@example.com>");
    }
    return from;
  }

  public Optional<String> mailUser() {
    return source.apply("apikeys.mail.user").filter(user -> !user.isEmpty());
  }

  public Optional<String> mailPassword() {
    return source.apply("apikeys.mail.password");
  }

  /** How mail is protected on its way: {@code none}, {@code starttls} or {@code tls}. */
  public String mailTls() {
    String tls = text("apikeys.mail.tls", "starttls");
    if (!List.of("none", "starttls", "tls").contains(tls)) {
      throw wrong("apikeys.mail.tls", "is one of none, starttls, tls");
    }
    return tls;
  }

  /** Where a key file lies; by default in the data folder. */
  public Path keyFile(String name) {
    return source
        .apply("apikeys.keys." + name)
        .map(file -> Path.of(file).toAbsolutePath().normalize())
        .orElseGet(() -> dataDirectory().resolve(name + ".key"));
  }

  private String text(String name, String standard) {
    return source.apply(name).filter(value -> !value.isEmpty()).orElse(standard);
  }

  private Optional<Path> file(String name) {
    return source
        .apply(name)
        .filter(file -> !file.isEmpty())
        .map(file -> Path.of(file).toAbsolutePath().normalize());
  }

  private boolean flag(String name) {
    String value = text(name, "false");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, "is true or false");
    };
  }

  private int number(String name, int standard, int least, int most) {
    String value = text(name, Integer.toString(standard));
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw wrong(name, "is a whole number from " + least + " to " + most);
  }

  private Duration duration(String name, Duration standard) {
    try {
      return Duration.parse(text(name, standard.toString()));
    } catch (DateTimeException e) {
      throw wrong(name, "is an ISO 8601 duration such as PT10S");
    }
  }

  private Duration between(String name, String standard, String least, String most) {
    Duration time = duration(name, Duration.parse(standard));
    if (time.compareTo(Duration.parse(least)) < 0 || time.compareTo(Duration.parse(most)) > 0) {
      throw wrong(name, "is " + least + " to " + most);
    }
    return time;
  }

  private <E extends Enum<E>> E oneOf(String name, Class<E> type, E standard) {
    String value = text(name, "");
    if (value.isEmpty()) {
      return standard;
    }
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Settings::word).toList();
    int index = words.indexOf(value);
    if (index < 0) {
      throw wrong(name, "is one of " + String.join(", ", words));
    }
    return type.getEnumConstants()[index];
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace("_", "-");
  }

  private static IllegalStateException wrong(String name, String rule) {
    return new IllegalStateException("The setting " + name + " " + rule + ".");
  }
}
