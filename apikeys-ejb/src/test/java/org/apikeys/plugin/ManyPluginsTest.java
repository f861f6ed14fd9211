package org.apikeys.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apikeys.plugins.testing.SourceJar;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/**
 * Two hundred plugins of ten scopes each. A start may take two seconds longer for them; the limit
 * here leaves room for a machine that is busy with other things.
 */
class ManyPluginsTest {
  private static final int MANY = 200;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void loadsTwoHundredPlugins() {
    Path folder = TestStore.newFolder();
    SourceJar jar =
        SourceJar.of(
            "Numbered",
            """
            private final String id = "many" + read();
            private static String read() {
              try (var in = Numbered.class.getClassLoader().getResourceAsStream("number.txt")) {
                return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
              } catch (java.io.IOException e) { throw new IllegalStateException(e); }
            }
            public String id() { return id; }
            public String version() { return "1.0.0"; }
            public String description() { return "Made for a test."; }
            public List<ScopeDeclaration> scopes() {
              List<ScopeDeclaration> scopes = new ArrayList<>();
              for (int i = 0; i < 10; i++) {
                scopes.add(new ScopeDeclaration(id + ":act" + i, "For a test", Risk.LOW));
              }
              return scopes;
            }
            public List<PermissionSetDeclaration> permissionSets() {
              return List.of(new PermissionSetDeclaration(id, "For a test", List.of(id + ":*")));
            }
            """);
    for (int i = 0; i < MANY; i++) {
      jar.entry("number.txt", Integer.toString(i)).in(folder, "many" + i + ".jar");
    }
    TestStore store = TestStore.derby();
    store.emptied();
    TestServices services =
        new TestServices(store, Map.of("apikeys.plugins.dir", folder.toString()));

    long began = System.nanoTime();
    Plugins plugins = services.get(Plugins.class);
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(plugins.loaded()).hasSizeGreaterThanOrEqualTo(MANY);
    System.Logger log = System.getLogger(ManyPluginsTest.class.getName());
    log.log(System.Logger.Level.INFO, "{0} plugins loaded in {1} ms", MANY, took.toMillis());
    assertThat(took).isLessThan(LIMIT);
  }
}
