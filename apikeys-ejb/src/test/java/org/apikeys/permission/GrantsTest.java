package org.apikeys.permission;

import static org.apikeys.plugins.testing.SourceJar.members;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apikeys.key.Orders;
import org.apikeys.permission.Grants.Source;
import org.apikeys.plugin.PluginControl;
import org.apikeys.plugin.Plugins;
import org.apikeys.plugins.testing.SourceJar;
import org.apikeys.store.TestServices;
import org.apikeys.store.TestStore;
import org.junit.jupiter.api.Test;

/** What granted scopes and sets come to, and where each scope comes from. */
class GrantsTest {
  private static final Source STUDIO = new Source(null, "studio", "1.0.0");

  private final Path folder = TestStore.newFolder();

  private TestServices services() {
    TestServices services =
        new TestServices(
            TestStore.derby().emptied(), Map.of("apikeys.plugins.dir", folder.toString()));
    services.get(Plugins.class).refresh();
    return services;
  }

  private Catalogue catalogue() {
    return services().get(Catalogue.class);
  }

  private static Grants scopes(Catalogue catalogue, String... scopes) {
    return Grants.of(catalogue, 1, List.of(scopes), List.of());
  }

  @Test
  void aPatternGrantsWhatItCoversNow() {
    Grants grants = scopes(catalogue(), "agents:*", "agents:read");

    assertThat(grants.scopes())
        .isEqualTo(Map.of("agents:read", List.of(STUDIO), "agents:write", List.of(STUDIO)));
    assertThat(grants.warnings()).isEmpty();
    assertThat(grants.names()).containsExactly("agents:read", "agents:write");
  }

  @Test
  void whatNobodyNamesGrantsNothingAndIsTold() {
    Grants grants =
        Grants.of(catalogue(), 1, List.of("unicorns:ride", "agents:read"), List.of("no-such-set"));

    assertThat(grants.held()).containsExactly("agents:read");
    assertThat(grants.warnings())
        .containsExactly(
            "No enabled plugin names the scope unicorns:ride: it grants nothing.",
            "No enabled plugin offers the permission set no-such-set: it grants nothing.");
  }

  @Test
  void aScopeTellsEverySourceOnce() {
    Grants grants =
        Grants.of(catalogue(), 1, List.of("users:read", "users:*"), List.of("read-only"));

    assertThat(grants.scopes().get("users:read"))
        .containsExactly(
            new Source(null, "platform", "1.0.0"), new Source("read-only", "platform", "1.0.0"));
  }

  @Test
  void aGrantOnResourcesIsHeldOnThemAlone() {
    Grants grants = scopes(catalogue(), "agents:*@projects/1", "metrics:read");

    assertThat(grants.held())
        .containsExactly("agents:read@projects/1", "agents:write@projects/1", "metrics:read");
    assertThat(grants.names()).containsExactly("agents:read", "agents:write", "metrics:read");
    assertThat(scopes(catalogue(), "keys:read@projects/1").held())
        .as("the management API has no such resources")
        .isEmpty();
    assertThat(scopes(catalogue(), "keys:read").held()).containsExactly("keys:read");
  }

  @Test
  void grantsAreComparedByWhatTheyAllow() {
    Catalogue catalogue = catalogue();
    Grants all = scopes(catalogue, "agents:*");
    Grants one = scopes(catalogue, "agents:read");
    Grants here = scopes(catalogue, "agents:read@projects/1");

    assertThat(one.isWithin(all)).isTrue();
    assertThat(all.isWithin(one)).isFalse();
    assertThat(here.isWithin(one)).isTrue();
    assertThat(one.isWithin(here)).isFalse();
    assertThat(here.isWithin(scopes(catalogue, "agents:read@projects/*"))).isTrue();
    assertThat(here.isWithin(scopes(catalogue, "agents:write@projects/*"))).isFalse();
    assertThat(scopes(catalogue).isWithin(one)).isTrue();
    assertThat(one.isWithin(scopes(catalogue))).isFalse();
  }

  @Test
  void aScopeBringsWhatItImpliesOverHoweverManySteps() {
    SourceJar.of(
            "Acme",
            members("acme", "2.0.0", "rockets:see")
                .replace(
                    "List.of(new",
                    "List.of(new ScopeDeclaration(\"rockets:launch\", \"L\", Risk.HIGH,"
                        + " List.of(\"rockets:fuel\")), new ScopeDeclaration(\"rockets:fuel\","
                        + " \"F\", Risk.LOW, List.of(\"rockets:see\")), new"))
        .in(folder, "acme.jar");
    TestServices services = services();
    Catalogue catalogue = services.get(Catalogue.class);

    assertThat(scopes(catalogue, "rockets:launch@pads/1").held())
        .containsExactly("rockets:fuel@pads/1", "rockets:launch@pads/1", "rockets:see@pads/1");
    assertThat(scopes(catalogue, "rockets:fuel").held())
        .containsExactly("rockets:fuel", "rockets:see");

    services.get(PluginControl.class).disable(Orders.admin(), "acme");
    assertThat(scopes(catalogue, "rockets:launch").held()).isEmpty();
  }
}
