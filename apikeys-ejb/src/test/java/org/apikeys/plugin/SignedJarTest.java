package org.apikeys.plugin;

import static org.apikeys.plugins.testing.SourceJar.members;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.apikeys.key.Orders;
import org.apikeys.plugins.testing.SourceJar;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** Jars that {@code jarsigner} has signed, where the operator takes no others. */
class SignedJarTest {
  private static final String PASSWORD = "correct-horse-battery";

  private final Path folder = TestStore.newFolder();
  private final Path keys = TestStore.newFolder();

  @Test
  void takesWhatIsSignedByOneWhoMayAndNothingElse() throws Exception {
    makeKey("operator");
    makeKey("stranger");
    jar("signed");
    sign("signed", "operator");
    jar("unsigned");
    jar("strange");
    sign("strange", "stranger");
    jar("changed");
    sign("changed", "operator");
    replace("changed", "made/Plugin.class", classOf("other"));
    jar("extended");
    sign("extended", "operator");
    replace("extended", "made/Smuggled.class", new byte[] {1, 2, 3});
    jar("renamed");
    sign("renamed", "operator");
    replace(
        "renamed",
        "META-INF/services/org.apikeys.api.plugin.PermissionPlugin",
        "made.Other\n".getBytes(StandardCharsets.UTF_8));
    jar("forged");
    forge("forged", "operator");

    TestStore store = TestStore.derby();
    store.emptied();
    TestServices services =
        new TestServices(
            store,
            Map.of(
                "apikeys.plugins.dir", folder.toString(),
                "apikeys.plugins.verification", "signature",
                "apikeys.plugins.certificates", keys.resolve("operator.pem").toString()));
    Plugins plugins = services.get(Plugins.class);
    plugins.refresh();

    assertThat(plugins.loaded())
        .extracting(LoadedPlugin::id)
        .contains("signed", "platform", "studio")
        .doesNotContain("unsigned", "strange", "changed", "extended", "renamed", "forged", "other");
    assertThat(reason(plugins, "unsigned")).contains("has signed");
    assertThat(reason(plugins, "strange")).contains("has signed");
    assertThat(reason(plugins, "forged")).contains("has signed");
    assertThat(reason(plugins, "changed")).contains("can't be read as a jar");
    assertThat(reason(plugins, "extended")).contains("made/Smuggled.class");
    assertThat(reason(plugins, "renamed")).isNotBlank();

    // switching off counts, whatever has become of the certificates
    Files.delete(keys.resolve("operator.pem"));
    services.get(PluginControl.class).disable(Orders.admin(), "signed");
    assertThat(plugins.loaded()).extracting(LoadedPlugin::id).doesNotContain("signed");
  }

  private static String reason(Plugins plugins, String name) {
    return plugins.all().stream()
        .filter(plugin -> (name + ".jar").equals(plugin.file()))
        .map(PluginStatus::reason)
        .map(String::valueOf)
        .findFirst()
        .orElseThrow();
  }

  private void jar(String id) {
    SourceJar.of("Plugin", members(id, "1.0.0", id + ":read")).in(folder, id + ".jar");
  }

  private static byte[] classOf(String id) throws IOException {
    Path other =
        SourceJar.of("Plugin", members(id, "1.0.0", id + ":read"))
            .in(TestStore.newFolder(), "other.jar");
    try (FileSystem jar = FileSystems.newFileSystem(other)) {
      return Files.readAllBytes(jar.getPath("made/Plugin.class"));
    }
  }

  private void replace(String id, String entry, byte[] content) throws IOException {
    try (FileSystem jar = FileSystems.newFileSystem(folder.resolve(id + ".jar"))) {
      Files.write(jar.getPath(entry), content);
    }
  }

  private void makeKey(String name) throws Exception {
    String store = keys.resolve(name + ".p12").toString();
    run(
        "keytool",
        List.of(
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-validity",
            "3650",
            "-dname",
            "CN=" + name,
            "-storetype",
            "PKCS12",
            "-keystore",
            store,
            "-storepass",
            PASSWORD));
    run(
        "keytool",
        List.of(
            "-exportcert",
            "-rfc",
            "-alias",
            name,
            "-keystore",
            store,
            "-storepass",
            PASSWORD,
            "-file",
            keys.resolve(name + ".pem").toString()));
  }

  /**
   * Signs with a key of one's own: anybody can write the name of an issuer into a certificate, and
   * put the issuer's certificate beside it.
   */
  private void forge(String id, String issuer) throws Exception {
    Path own = keys.resolve("forger.p12");
    for (String alias : List.of(issuer, "forger")) {
      keytool(own, "-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", "CN=" + alias);
    }
    Path wish = keys.resolve("wish.csr");
    Path chain = keys.resolve("chain.pem");
    keytool(own, "-certreq", "-alias", "forger", "-file", wish.toString());
    keytool(
        own,
        "-gencert",
        "-rfc",
        "-alias",
        issuer,
        "-infile",
        wish.toString(),
        "-outfile",
        chain.toString());
    Files.write(
        chain, Files.readAllBytes(keys.resolve(issuer + ".pem")), StandardOpenOption.APPEND);
    sign(id, "forger", "-certchain", chain.toString());
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> all = new java.util.ArrayList<>(List.of(arguments));
    all.addAll(
        List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
    run("keytool", all);
  }

  private void sign(String id, String signer, String... options) throws Exception {
    List<String> all = new java.util.ArrayList<>(List.of(options));
    all.addAll(List.of("-keystore", keys.resolve(signer + ".p12").toString()));
    all.addAll(List.of("-storepass", PASSWORD, folder.resolve(id + ".jar").toString(), signer));
    run("jarsigner", all);
  }

  private static void run(String tool, List<String> arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", tool, output).isZero();
  }
}
