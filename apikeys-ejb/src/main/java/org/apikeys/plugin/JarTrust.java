package org.apikeys.plugin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import org.apikeys.setting.Settings;
import org.apikeys.setting.Settings.PluginVerification;

/** What a jar must prove before it is taken, as the operator has set it. */
final class JarTrust {
  private final PluginVerification verification;
  private final Set<String> digests;
  private final Set<Certificate> signers;

  private JarTrust(PluginVerification verification, Set<String> digests, Set<Certificate> signers) {
    this.verification = verification;
    this.digests = digests;
    this.signers = signers;
  }

  static JarTrust of(Settings settings) {
    PluginVerification verification = settings.pluginVerification();
    return new JarTrust(
        verification,
        settings.pluginDigests(),
        verification == PluginVerification.SIGNATURE ? certificates(settings) : Set.of());
  }

  private static Set<Certificate> certificates(Settings settings) {
    Path file =
        settings
            .pluginCertificates()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "The setting apikeys.plugins.certificates is needed to check signatures."));
    try {
      return Set.copyOf(
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file))));
    } catch (IOException | CertificateException e) {
      throw new IllegalStateException(
          "The setting apikeys.plugins.certificates names a file that can't be read.", e);
    }
  }

  /** The file is what was declared, in the settings or in a file beside it. */
  void requireDigest(Path file, String sha256) throws PluginRefused, IOException {
    Path declared = file.resolveSibling(file.getFileName() + ".sha256");
    if (Files.exists(declared)) {
      if (Files.size(declared) > 1_000) {
        throw new PluginRefused("the file with its SHA-256 is no digest");
      }
      // not readString, for which another encoding would be a jar that can't be read
      String text = new String(Files.readAllBytes(declared), StandardCharsets.UTF_8).strip();
      if (!text.split("\\s+", 2)[0].toLowerCase(Locale.ROOT).equals(sha256)) {
        throw new PluginRefused("its SHA-256 is not the one in the file beside it: " + sha256);
      }
    }
    if (verification == PluginVerification.SHA256 && !digests.contains(sha256)) {
      throw new PluginRefused("its SHA-256 is not in apikeys.plugins.digests: " + sha256);
    }
  }

  /** One who may sign has signed the entry. */
  void requireSigner(String entry, Collection<? extends Certificate> certificates)
      throws PluginRefused {
    if (verification == PluginVerification.SIGNATURE
        && certificates.stream().noneMatch(signers::contains)) {
      throw new PluginRefused("nobody of apikeys.plugins.certificates has signed " + entry);
    }
  }
}
