package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apikeys.setting.Settings;
import org.apikeys.store.ConfigText;

/**
 * The policies that are in force where nobody has set others: {@code config/policies.json}, or the
 * file that a setting names.
 */
@ApplicationScoped
public class BuiltInPolicies {
  private final PolicyDocument document;

  @Inject
  public BuiltInPolicies(Settings settings) {
    try {
      document = PolicyText.parse(text(settings.policies()));
    } catch (ConfigText.Mistake e) {
      throw new IllegalStateException(
          "The file of apikeys.policies is wrong at " + e.place() + ": " + e.reason(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file of apikeys.policies can't be read.", e);
    }
  }

  @SuppressWarnings("NullAway")
  protected BuiltInPolicies() {
    document = null;
  }

  private static String text(Optional<Path> file) throws IOException {
    if (file.isPresent()) {
      return Files.readString(file.get());
    }
    try (InputStream builtIn = BuiltInPolicies.class.getResourceAsStream("/policies.json")) {
      if (builtIn == null) {
        throw new IOException("policies.json is missing from the application");
      }
      return new String(builtIn.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Read and checked when first asked: at the start. */
  public PolicyDocument document() {
    return document;
  }
}
