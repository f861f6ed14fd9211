package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.check.Check;
import org.apikeys.limit.RateLimits;
import org.apikeys.setting.Settings;
import org.apikeys.store.ConfigText;
import org.jspecify.annotations.Nullable;

/**
 * Default limits and bounds by type and organization: {@code config/limits.json}, or the file that
 * a setting names. The first rule that is about a key and has a default gives it, and the first
 * that has a bound bounds it.
 */
@ApplicationScoped
public class LimitRules {
  private static final System.Logger LOG = System.getLogger(LimitRules.class.getName());
  private static final int MOST_RULES = 1_000;

  private final List<LimitRule> rules;
  private final KeyTypes types;

  /** The file. */
  record Document(@Valid List<LimitRule> limits) {
    Document {
      if (limits == null || limits.size() > MOST_RULES) {
        throw new IllegalArgumentException("limits is a list of at most 1000 rules");
      }
      limits = List.copyOf(limits);
      Set<String> names = new HashSet<>();
      for (LimitRule rule : limits) {
        if (!names.add(rule.name())) {
          throw new IllegalArgumentException(rule.name() + " is named twice");
        }
      }
    }
  }

  @Inject
  public LimitRules(Settings settings, KeyTypes types, Check check) {
    this.types = types;
    try {
      Document document = ConfigText.parse(text(settings.limits()), Document.class, "limits");
      rules = check.valid(document).limits();
      warnOfUnknownTypes();
    } catch (ConfigText.Mistake e) {
      throw wrong(e.place(), e.reason(), e);
    } catch (ProblemException e) {
      FieldError first = e.errors().get(0);
      throw wrong(first.field(), first.message(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file of apikeys.limits.rules can't be read.", e);
    }
  }

  @SuppressWarnings("NullAway")
  protected LimitRules() {
    rules = null;
    types = null;
  }

  private static IllegalStateException wrong(String place, String reason, @Nullable Exception e) {
    return new IllegalStateException(
        "The file of apikeys.limits.rules is wrong at " + place + ": " + reason, e);
  }

  /** A type may come with a plugin that is not there yet; more often it is a mistake in writing. */
  private void warnOfUnknownTypes() {
    for (LimitRule rule : rules) {
      List<String> named = rule.types() == null ? List.of() : rule.types();
      for (String type : named) {
        if (!types.isKnown(type)) {
          LOG.log(
              System.Logger.Level.WARNING,
              "The rule of limits {0} names the type {1}, which only a plugin could bring.",
              rule.name(),
              type);
        }
      }
    }
  }

  private static String text(Optional<Path> file) throws IOException {
    if (file.isPresent()) {
      return Files.readString(file.get());
    }
    try (InputStream builtIn = LimitRules.class.getResourceAsStream("/limits.json")) {
      if (builtIn == null) {
        throw new IOException("limits.json is missing from the application");
      }
      return new String(builtIn.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** How many rules there are; they are read and checked when first asked for: at the start. */
  public int count() {
    return rules.size();
  }

  /** What a key gets whose creator names no limit. */
  RateLimits standard(KeyType type, String typeName, long organization) {
    RateLimits named = first(typeName, organization, LimitRule::isSpecific);
    if (named == null) {
      named = type.rateLimits();
    }
    if (named == null) {
      named = first(typeName, organization, rule -> true);
    }
    return named == null ? RateLimits.DEFAULT : named.complete();
  }

  private @Nullable RateLimits first(
      String type, long organization, Predicate<LimitRule> condition) {
    return rules.stream()
        .filter(rule -> rule.rateLimits() != null && rule.isAbout(type, organization))
        .filter(condition)
        .map(LimitRule::rateLimits)
        .findFirst()
        .orElse(null);
  }

  /** The rule that bounds a key of this type; null when none does. */
  @Nullable LimitRule boundOf(String type, long organization) {
    return rules.stream()
        .filter(rule -> rule.most() != null && rule.isAbout(type, organization))
        .findFirst()
        .orElse(null);
  }

  /** The rule whose bound a key passes, and which asks for approvals then. */
  public Optional<LimitRule> approvedBeyond(KeyConfiguration key, long organization) {
    LimitRule rule = boundOf(key.type(), organization);
    return rule == null
            || rule.most() == null
            || rule.approvals() == null
            || key.limits().beyond(rule.most()).isEmpty()
        ? Optional.empty()
        : Optional.of(rule);
  }

  /** The rules that are about keys of an organization. */
  public List<LimitRule> of(long organization) {
    return rules.stream()
        .filter(rule -> rule.isAbout(organization))
        .map(rule -> rule.seenBy(organization))
        .toList();
  }
}
