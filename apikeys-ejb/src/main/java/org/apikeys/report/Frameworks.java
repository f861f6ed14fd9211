package org.apikeys.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apikeys.setting.Settings;
import org.apikeys.store.Json;

/**
 * The controls of each framework, with what this system shows for them and what it can't.
 *
 * @param frameworks by word
 */
record Frameworks(Map<String, Framework> frameworks) {
  Frameworks {
    frameworks = new TreeMap<>(frameworks);
  }

  /** A framework, or the part of it that keys touch. */
  record Framework(String title, List<Control> controls) {
    Framework {
      controls = List.copyOf(controls);
    }
  }

  /**
   * A control.
   *
   * @param evidence words of {@link Evidence}
   * @param byHand what the operator must add
   */
  record Control(String id, String title, List<String> evidence, String byHand) {
    Control {
      evidence = List.copyOf(evidence);
    }
  }

  /** Reads the operator's file, or the one that comes with the system. */
  static Frameworks of(Settings settings) {
    try (InputStream in =
        settings.complianceControls().isPresent()
            ? Files.newInputStream(settings.complianceControls().get())
            : Frameworks.class.getResourceAsStream("/compliance.json")) {
      Frameworks read =
          Json.MAPPER
              .readerFor(Frameworks.class)
              .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
              .readValue(in);
      read.frameworks()
          .values()
          .forEach(
              one -> one.controls().forEach(control -> control.evidence().forEach(Evidence::of)));
      return read;
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "The controls of apikeys.compliance.controls are wrong: " + e.getMessage(), e);
    }
  }
}
