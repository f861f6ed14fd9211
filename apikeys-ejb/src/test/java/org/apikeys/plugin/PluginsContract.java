package org.apikeys.plugin;

import static org.apikeys.plugins.testing.SourceJar.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.crypto.Secret;
import org.apikeys.key.IssuedKey;
import org.apikeys.key.KeyIssuer;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeyReader;
import org.apikeys.key.Orders;
import org.apikeys.plugins.testing.SourceJar;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.apikeys.verify.Attempt;
import org.apikeys.verify.Verifier;
import org.junit.jupiter.api.Test;

/** Jars that come, change, misbehave and go, and what becomes of their scopes. */
interface PluginsContract {
  TestStore store();

  /** A node whose plugins are in the folder. */
  private TestServices node(Path folder, String... settings) {
    Map<String, String> all = new java.util.HashMap<>();
    all.put("apikeys.plugins.dir", folder.toString());
    all.put("apikeys.plugins.time-limit", "PT5S");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    TestServices services = new TestServices(store(), all);
    services.get(Plugins.class).refresh();
    services.get(ChangeReader.class).read();
    return services;
  }

  private TestServices fresh(Path folder, String... settings) {
    store().emptied();
    store().addPerson(1, TestStore.DEFAULT, "admin", "admin");
    return node(folder, settings);
  }

  private static Path folder() {
    return TestStore.newFolder();
  }

  private static PluginStatus status(TestServices services, String name) {
    return services.get(Plugins.class).all().stream()
        .filter(plugin -> plugin.name().equals(name) || name.equals(plugin.file()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(services.get(Plugins.class).all()));
  }

  private static List<String> enabled(TestServices services) {
    return services.get(Plugins.class).loaded().stream().map(LoadedPlugin::id).toList();
  }

  private static void assertQuarantined(TestServices services, String name, String reason) {
    PluginStatus status = status(services, name);
    assertThat(status.state()).as("%s", status).isEqualTo(PluginState.QUARANTINED);
    assertThat(status.reason()).contains(reason);
  }

  private static DecisionCode decide(TestServices services, Secret key, String scope) {
    return services
        .get(Verifier.class)
        .decide(
            key.reveal(),
            TestStore.DEFAULT,
            new Attempt(ScopeExpression.parse(scope), null, null, null, 0))
        .code();
  }

  @Test
  default void loadsAJarBesideWhatCameWithTheSystem() {
    Path folder = folder();
    SourceJar.of("Acme", members("acme", "1.2.3", "rockets:launch")).in(folder, "acme.jar");
    TestServices services = fresh(folder);
    assertThat(enabled(services)).containsExactly("acme", "platform", "studio");
    PluginStatus acme = status(services, "acme");
    assertThat(acme.state()).isEqualTo(PluginState.ENABLED);
    assertThat(acme.file()).isEqualTo("acme.jar");
    assertThat(acme.sha256()).matches("[0-9a-f]{64}");
  }

  @Test
  default void quarantinesWhatIsBrokenAndGoesOn() {
    Path folder = folder();
    SourceJar.of("Good", members("good", "1.0.0", "good:read")).in(folder, "good.jar");
    write(folder.resolve("text.jar"), "this is no jar");
    SourceJar.empty().entry("a.txt", "x").in(folder, "empty.jar");
    SourceJar.of(
            "Throws",
            members("throws", "1.0.0", "throws:read")
                + "public int apiVersion() { throw new IllegalStateException(\"on purpose\"); }")
        .in(folder, "throws.jar");
    SourceJar.of(
            "Overflows",
            members("overflows", "1.0.0", "overflows:read")
                + "public int apiVersion() { return apiVersion(); }")
        .in(folder, "overflows.jar");
    SourceJar.of(
            "Newer",
            members("newer", "1.0.0", "newer:read") + "public int apiVersion() { return 2; }")
        .in(folder, "newer.jar");
    SourceJar.of("Misnamed", members("../../etc", "1.0.0", "etc:read")).in(folder, "misnamed.jar");
    SourceJar.of("Odd", members("odd", "one", "odd:read")).in(folder, "odd.jar");
    SourceJar.of("Twice", members("twice", "1.0.0", "twice:read", "twice:read"))
        .in(folder, "twice.jar");

    TestServices services = fresh(folder);

    assertThat(enabled(services)).containsExactly("good", "platform", "studio");
    assertQuarantined(services, "text.jar", "can't be read as a jar");
    assertQuarantined(services, "empty.jar", "META-INF/services");
    assertQuarantined(services, "throws.jar", "on purpose");
    assertQuarantined(services, "overflows.jar", "StackOverflowError");
    assertQuarantined(services, "newer.jar", "needs version 2");
    assertQuarantined(services, "misnamed.jar", "id is 2 to 50");
    assertQuarantined(services, "odd.jar", "version is three numbers");
    assertQuarantined(services, "twice.jar", "twice:read is named twice");
    assertThat(store().number("SELECT COUNT(*) FROM audit_outbox")).isPositive();
  }

  @Test
  default void givesUpOnAnEndlessLoop() {
    Path folder = folder();
    SourceJar.of(
            "Endless",
            members("endless", "1.0.0", "endless:read")
                + "public void start(PluginSettings settings) {"
                + " while (!Thread.currentThread().isInterrupted()) { Thread.onSpinWait(); } }")
        .in(folder, "endless.jar");
    TestServices services = fresh(folder, "apikeys.plugins.time-limit", "PT0.5S");
    assertQuarantined(services, "endless.jar", "took longer than PT0.5S");
    assertThat(enabled(services)).contains("platform", "studio");
  }

  @Test
  default void refusesPathTricksAndForeignClasses() {
    Path folder = folder();
    String[] names = {
      "../escape.txt",
      "/absolute.txt",
      "a/../../b.txt",
      "a\\b.txt",
      "C:/c.txt",
      "a//b.txt",
      "org/apikeys/api/plugin/Risk.class",
      "java/lang/Evil.class"
    };
    for (int i = 0; i < names.length; i++) {
      SourceJar.of("Tricky", members("tricky" + i, "1.0.0", "tricky" + i + ":read"))
          .entry(names[i], "x")
          .in(folder, "tricky" + i + ".jar");
    }
    TestServices services = fresh(folder);
    for (int i = 0; i < names.length; i++) {
      assertQuarantined(services, "tricky" + i + ".jar", "it ");
    }
    assertThat(enabled(services)).containsExactly("platform", "studio");
  }

  @Test
  default void showsAPluginTheContractAndNothingElseOfTheSystem() {
    Path folder = folder();
    for (String type :
        List.of(
            "org.apikeys.setting.Settings",
            "jakarta.ejb.Stateless",
            "org.junit.jupiter.api.Test")) {
      String id = "curious" + Math.abs(type.hashCode() % 1_000);
      SourceJar.of(
              "Curious",
              members(id, "1.0.0", id + ":read")
                  + ("public void start(PluginSettings settings) { try { Class.forName(\"" + type)
                  + "\"); throw new IllegalStateException(\"seen\"); }"
                  + " catch (ClassNotFoundException e) { } }")
          .in(folder, id + ".jar");
    }
    TestServices services = fresh(folder);
    assertThat(enabled(services)).hasSize(5);
  }

  @Test
  default void keepsWhatWasFirstWhenNamesCollide() {
    Path folder = folder();
    SourceJar.of("Mine", members("mine", "1.0.0", "mine:read")).in(folder, "mine.jar");
    TestServices services = fresh(folder);
    SourceJar.of("Alike", members("mine", "2.0.0", "other:read")).in(folder, "alike.jar");
    SourceJar.of("Agents", members("agents", "1.0.0", "agents:read")).in(folder, "agents.jar");
    SourceJar.of("Same", members("same", "1.0.0", "mine:read")).in(folder, "a-same.jar");
    SourceJar.of("Keys", members("keys", "1.0.0", "keys:read")).in(folder, "keys.jar");
    services.get(Plugins.class).refresh();
    assertThat(enabled(services)).containsExactly("mine", "platform", "studio");
    assertQuarantined(services, "alike.jar", "plugin mine is taken");
    assertQuarantined(services, "agents.jar", "scope agents:read is taken");
    assertQuarantined(services, "a-same.jar", "scope mine:read is taken");
    assertQuarantined(services, "keys.jar", "management API's own");
  }

  @Test
  default void waitsForWhatAPluginNeeds() {
    Path folder = folder();
    SourceJar.of(
            "Needs",
            members("needs", "1.0.0", "needs:read")
                + "public List<PluginDependency> dependencies() {"
                + " return List.of(new PluginDependency(\"base\", \"1.5.0\")); }"
                + "public List<PermissionSetDeclaration> permissionSets() { return List.of("
                + "new PermissionSetDeclaration(\"both\", \"For a test\","
                + " List.of(\"needs:read\", \"base:*\"))); }")
        .in(folder, "needs.jar");
    TestServices services = fresh(folder);
    assertQuarantined(services, "needs", "needs the plugin base");
    SourceJar.of("Base", members("base", "1.4.9", "base:read")).in(folder, "base.jar");
    services.get(Plugins.class).refresh();
    assertQuarantined(services, "needs", "base 1.5.0, and there is 1.4.9");
    SourceJar.of("Base", members("base", "1.10.0", "base:read", "base:write"))
        .in(folder, "base.jar");
    services.get(Plugins.class).refresh();
    assertThat(enabled(services)).contains("base", "needs");
    services.get(PluginControl.class).disable(Orders.admin(), "base");
    assertThat(enabled(services)).doesNotContain("base", "needs");
  }

  @Test
  default void grantsNothingByASetThatReachesFurtherThanItsPlugin() {
    Path folder = folder();
    SourceJar.of(
            "Greedy",
            members("greedy", "1.0.0", "greedy:read")
                + "public List<PermissionSetDeclaration> permissionSets() { return List.of("
                + "new PermissionSetDeclaration(\"all\", \"For a test\", List.of(\"*\"))); }")
        .in(folder, "greedy.jar");
    SourceJar.of(
            "Sly",
            members("sly", "1.0.0", "sly:read")
                + "public List<PermissionSetDeclaration> permissionSets() { return List.of("
                + "new PermissionSetDeclaration(\"sly\", \"For a test\", List.of(\"agents:*\"))); }")
        .in(folder, "sly.jar");
    TestServices services = fresh(folder);
    assertQuarantined(services, "greedy.jar", "reaches the management API");
    assertQuarantined(services, "sly", "neither it nor a plugin that it needs names");
  }

  @Test
  default void failsClosedWhenAPluginIsDisabledOrGoneAndComesBackWithIt() throws IOException {
    Path folder = folder();
    Path jar =
        SourceJar.of("Acme", members("acme", "1.0.0", "rockets:launch")).in(folder, "acme.jar");
    TestServices services = fresh(folder);
    IssuedKey key =
        services
            .get(KeyIssuer.class)
            .issue(
                Orders.admin(),
                Orders.from(
                    "{\"name\": \"k\", \"scopes\": [\"rockets:launch\", \"agents:read\"]}"));
    PluginControl control = services.get(PluginControl.class);
    assertThat(decide(services, key.secret(), "rockets:launch")).isEqualTo(DecisionCode.VALID);

    control.disable(Orders.admin(), "acme");
    assertThat(decide(services, key.secret(), "rockets:launch"))
        .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
    assertThat(decide(services, key.secret(), "agents:read")).isEqualTo(DecisionCode.VALID);
    assertThat(services.get(KeyReader.class).grants(Orders.admin(), key.view().id()).warnings())
        .singleElement()
        .asString()
        .contains("rockets:launch");
    services
        .get(KeyKeeper.class)
        .change(Orders.admin(), key.view().id(), before -> before, null, null);
    assertThatThrownBy(
            () ->
                services
                    .get(KeyIssuer.class)
                    .issue(
                        Orders.admin(),
                        Orders.from("{\"name\": \"k\", \"scopes\": [\"rockets:launch\"]}")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.VALIDATION_FAILED));

    TestServices restarted = node(folder);
    assertThat(status(restarted, "acme").state()).isEqualTo(PluginState.DISABLED);

    control.enable(Orders.admin(), "acme");
    assertThat(decide(services, key.secret(), "rockets:launch")).isEqualTo(DecisionCode.VALID);
    restarted.get(ChangeReader.class).read();
    assertThat(status(restarted, "acme").state()).isEqualTo(PluginState.ENABLED);

    Files.delete(jar);
    services.get(Plugins.class).watch();
    assertThat(decide(services, key.secret(), "rockets:launch"))
        .isEqualTo(DecisionCode.INSUFFICIENT_SCOPE);
    assertThat(services.get(Plugins.class).all())
        .extracting(PluginStatus::name)
        .doesNotContain("acme");
  }

  @Test
  default void noticesAChangedFileOnceItIsWritten() {
    Path folder = folder();
    SourceJar.of("Acme", members("acme", "1.0.0", "acme:read")).in(folder, "acme.jar");
    TestServices services = fresh(folder);
    Plugins plugins = services.get(Plugins.class);
    plugins.watch();
    SourceJar.of("Acme", members("acme", "1.1.0", "acme:read", "acme:write"))
        .in(folder, "acme.jar");
    plugins.watch();
    plugins.watch();
    LoadedPlugin acme = status(services, "acme").plugin();
    assertThat(acme).isNotNull().extracting(LoadedPlugin::version).isEqualTo("1.1.0");
  }

  @Test
  default void reloadsOnEveryNodeWhenAsked() {
    Path folder = folder();
    Path word = folder.resolve("word.txt");
    write(word, "first");
    SourceJar.of(
            "Reads",
            """
                private String word = "none";
                public void start(PluginSettings settings) {
                  try {
                    word = java.nio.file.Files.readString(
                        java.nio.file.Path.of(settings.text("file").orElseThrow()));
                  } catch (java.io.IOException e) { throw new IllegalStateException(e); }
                }
                public String id() { return "reads"; }
                public String version() { return "1.0.0"; }
                public String description() { return "Made for a test."; }
                public List<ScopeDeclaration> scopes() {
                  return List.of(new ScopeDeclaration(word + ":read", "For a test", Risk.LOW));
                }
            """)
        .in(folder, "reads.jar");
    String[] setting = {"apikeys.plugin.reads.file", word.toString()};
    TestServices one = fresh(folder, setting);
    TestServices other = node(folder, setting);
    write(word, "second");
    one.get(PluginControl.class).reload(Orders.admin(), "reads");
    other.get(ChangeReader.class).read();
    for (TestServices node : List.of(one, other)) {
      LoadedPlugin plugin = status(node, "reads").plugin();
      assertThat(plugin).isNotNull();
      assertThat(java.util.Objects.requireNonNull(plugin).scopes().get(0).name())
          .isEqualTo("second:read");
    }
  }

  @Test
  default void triesOneAnewWhoseFileCouldNotBeRead() throws IOException {
    Path folder = folder();
    Path word = folder.resolve("word.txt");
    SourceJar.of(
            "Reads",
            """
                private java.nio.file.Path file;
                private String word = "none";
                public void start(PluginSettings settings) {
                  file = java.nio.file.Path.of(settings.text("file").orElseThrow());
                  try {
                    word = java.nio.file.Files.readString(file);
                  } catch (java.io.IOException e) { throw new IllegalStateException("no word"); }
                }
                public String id() { return "reads"; }
                public String version() { return "1.0.0"; }
                public String description() { return "Made for a test."; }
                public java.util.List<java.nio.file.Path> watchedFiles() {
                  return java.util.List.of(file);
                }
                public List<ScopeDeclaration> scopes() {
                  return List.of(new ScopeDeclaration(word + ":read", "For a test", Risk.LOW));
                }
            """)
        .in(folder, "reads.jar");
    TestServices services = fresh(folder, "apikeys.plugin.reads.file", word.toString());
    Plugins plugins = services.get(Plugins.class);
    assertQuarantined(
        services, "reads", "its code throws java.lang.IllegalStateException: no word");

    write(word, "late");
    plugins.watch();
    plugins.watch();
    assertThat(status(services, "reads").state()).isEqualTo(PluginState.ENABLED);

    write(word, "No Scope");
    plugins.watch();
    plugins.watch();
    assertThat(status(services, "reads").state()).isEqualTo(PluginState.QUARANTINED);
    Files.delete(word);
    services.get(PluginControl.class).reload(Orders.admin(), "reads");
    assertQuarantined(services, "reads", "no word");

    write(word, "again");
    services.get(PluginControl.class).reload(Orders.admin(), "reads");
    assertThat(status(services, "reads").state()).isEqualTo(PluginState.ENABLED);
  }

  @Test
  default void tellsWhatIsThrownInAConstructor() {
    Path folder = folder();
    SourceJar.of(
            "Throws",
            "public Throws() { throw new IllegalArgumentException(\"no shop is open\"); }\n"
                + members("throws", "1.0.0", "throws:read"))
        .in(folder, "throws.jar");
    assertQuarantined(fresh(folder), "throws.jar", "no shop is open");
  }

  @Test
  default void saysWhatAPluginLeavesOpen() {
    Path folder = folder();
    String list = "public List<PermissionSetDeclaration> permissionSets() { return null; }";
    SourceJar.of("Sets", members("sets", "1.0.0", "sets:read") + list).in(folder, "sets.jar");
    String element =
        "public List<java.nio.file.Path> watchedFiles() { return Collections.singletonList(null); }";
    SourceJar.of("Files", members("files", "1.0.0", "files:read") + element)
        .in(folder, "files.jar");
    String version = members("odd", "1.0.0", "odd:read").replace("\"1.0.0\"", "null");
    SourceJar.of("Odd", version).in(folder, "odd.jar");
    String risk = members("risky", "1.0.0", "risky:read").replace("Risk.LOW", "null");
    SourceJar.of("Risky", risk).in(folder, "risky.jar");

    TestServices services = fresh(folder);

    assertThat(enabled(services)).containsExactly("platform", "studio");
    assertQuarantined(services, "sets", "its method permissionSets() answers null");
    assertQuarantined(services, "files", "its method watchedFiles() answers null");
    assertQuarantined(services, "odd", "its method version() answers null");
    assertQuarantined(services, "risky", "risky:read: a scope has a risk");
  }

  @Test
  default void staysOffWhenSomebodyElseHasItLoadedAnewMeanwhile() throws InterruptedException {
    TestServices services = fresh(folder());
    PluginSwitches switches = services.get(PluginSwitches.class);
    switches.enable(Orders.admin(), "studio", false);
    for (int i = 0; i < 25; i++) {
      switches.enable(Orders.admin(), "studio", true);
      Thread other = new Thread(() -> switches.reload(Orders.admin(), "studio"));
      other.start();
      switches.enable(Orders.admin(), "studio", false);
      other.join();
      assertThat(switches.all().get("studio")).extracting("enabled").isEqualTo(false);
    }
  }

  @Test
  default void takesFilesWithLongNames() {
    Path folder = folder();
    SourceJar.empty().entry("a", "b").in(folder, "l".repeat(240) + ".jar");
    SourceJar.empty().entry("a", "b").in(folder, "l".repeat(241) + ".jar");

    TestServices services = fresh(folder);

    assertThat(services.get(PluginSwitches.class).onNodes()).hasSize(4);
    assertThat(services.get(PluginControl.class).disable(Orders.admin(), "studio").state())
        .isEqualTo(PluginState.DISABLED);
  }

  @Test
  default void leavesSwitchingToTheOperator() {
    TestServices services = fresh(folder());
    store().addOrganization(2);
    Caller tenant = Orders.person(7, "tenant", 2, "admin");
    assertThatThrownBy(() -> services.get(PluginControl.class).disable(tenant, "studio"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.FORBIDDEN));
    assertThatThrownBy(() -> services.get(PluginControl.class).disable(Orders.admin(), "nothing"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.NOT_FOUND));
  }

  @Test
  default void holdsJarsToTheirDigests() {
    Path folder = folder();
    SourceJar trusted = SourceJar.of("Trusted", members("trusted", "1.0.0", "trusted:read"));
    trusted.in(folder, "trusted.jar");
    SourceJar.of("Stranger", members("stranger", "1.0.0", "stranger:read"))
        .in(folder, "stranger.jar");
    SourceJar.of("Spoilt", members("spoilt", "1.0.0", "spoilt:read")).in(folder, "spoilt.jar");
    write(folder.resolve("spoilt.jar.sha256"), "0".repeat(64) + "  spoilt.jar\n");

    TestServices strict =
        fresh(
            folder,
            "apikeys.plugins.verification",
            "sha256",
            "apikeys.plugins.digests",
            PluginJar.sha256(trusted.bytes()));
    assertThat(enabled(strict)).containsExactly("platform", "studio", "trusted");
    assertQuarantined(strict, "stranger.jar", "not in apikeys.plugins.digests");

    TestServices open = node(folder);
    assertThat(enabled(open)).contains("trusted", "stranger").doesNotContain("spoilt");
    assertQuarantined(open, "spoilt.jar", "not the one in the file beside it");
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
