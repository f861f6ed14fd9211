package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apikeys.web.server.Answer;
import org.apikeys.web.server.Api;
import org.apikeys.web.server.Eventually;
import org.apikeys.web.server.Json;
import org.apikeys.web.server.Ports;
import org.apikeys.web.server.RunningServer;
import org.apikeys.web.server.Unique;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * People of an OpenID provider: a server that is registered at one, the calls by which a code
 * becomes a session, and the console that makes them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenIdSignInIT {
  private static final String TOKEN = "/api/v1/auth/openid/token";
  private static final String RENEW = "/api/v1/auth/openid/renew";
  private static final String VERIFIER = "a-verifier-of-this-test-with-43-characters-0";
  private static final String NONCE = "a-nonce-of-this-test-0";

  /** Presses a button when this call is over: the window may be gone with it. */
  private static final String PRESS =
      "text => setTimeout(() => [...document.querySelectorAll('button')]"
          + ".find(button => button.textContent === text).click())";

  @SuppressWarnings("NullAway.Init") // made before the tests
  private SmallProvider provider;

  @SuppressWarnings("NullAway.Init")
  private RunningServer server;

  @BeforeAll
  void start() throws IOException {
    int port = Ports.free();
    String redirect = "http://127.0.0.1:" + port + "/console/signed-in";
    provider = new SmallProvider(redirect);
    server =
        RunningServer.named("openid")
            .port(port)
            .setting("MP_JWT_VERIFY_ISSUER", provider.issuer())
            .setting("MP_JWT_VERIFY_PUBLICKEY_LOCATION", provider.issuer() + "/certs")
            .setting("MP_JWT_VERIFY_AUDIENCES", SmallProvider.AUDIENCE)
            .setting("APIKEYS_OPENID_CLIENT_ID", SmallProvider.CLIENT)
            .setting("APIKEYS_OPENID_SECRET", SmallProvider.SECRET)
            .setting("APIKEYS_OPENID_REDIRECT_URI", redirect)
            .setting("APIKEYS_OPENID_NAME", "Staff")
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
    provider.close();
  }

  @BeforeEach
  void asUsual() {
    provider
        .withLife(Duration.ofMinutes(10))
        .withAudience(SmallProvider.AUDIENCE)
        .withNonceKept(true)
        .withSamePerson(true);
  }

  private String code(String role) {
    return provider.codeFor(Unique.name("zoe"), role, SmallProvider.challenge(VERIFIER), NONCE);
  }

  private Answer exchange(String code, String verifier, String nonce) {
    return server
        .anonymous()
        .post(TOKEN, Map.of("code", code, "code_verifier", verifier, "nonce", nonce));
  }

  @Test
  void tellsWhereToSignIn() {
    Answer way = server.anonymous().get("/api/v1/auth/openid").expect(200);
    assertThat(way.at("/enabled").asBoolean()).isTrue();
    assertThat(way.text("/provider/name")).isEqualTo("Staff");
    assertThat(way.text("/provider/issuer")).isEqualTo(provider.issuer());
    assertThat(way.text("/provider/authorization_endpoint"))
        .isEqualTo(provider.issuer() + "/authorize");
    assertThat(way.text("/provider/scope")).isEqualTo("openid profile email");
    assertThat(way.text("/provider/redirect_uri")).endsWith("/console/signed-in");
    assertThat(way.body()).doesNotContain(SmallProvider.SECRET);
  }

  @Test
  void aCodeBecomesASessionThatGoesOn() {
    Answer answer = exchange(code("admin"), VERIFIER, NONCE).expect(200);
    assertThat(answer.requireHeader("Cache-Control")).contains("no-store");
    assertThat(answer.text("/token_type")).isEqualTo("Bearer");
    assertThat(answer.number("/expires_in")).isBetween(400L, 600L);
    Api person = server.anonymous().as(answer.text("/access_token"));
    Answer me = person.get("/api/v1/auth/me").expect(200);
    assertThat(Json.texts(me.at("/roles"))).containsExactly("admin");

    Answer renewed =
        server
            .anonymous()
            .post(RENEW, Map.of("refresh_token", answer.text("/refresh_token")))
            .expect(200);
    server.anonymous().as(renewed.text("/access_token")).get("/api/v1/auth/me").expect(200);
    server
        .anonymous()
        .post(RENEW, Map.of("refresh_token", answer.text("/refresh_token")))
        .expectProblem(401, "UNAUTHENTICATED");
    Eventually.within(
        Duration.ofSeconds(30),
        () ->
            assertThat(
                    person
                        .get("/api/v1/audit/events?action=session.created&size=50")
                        .expect(200)
                        .body())
                .contains(me.text("/name")));
  }

  @Test
  void aCodeCountsOnceAndOnlyWithItsVerifier() {
    String code = code("admin");
    exchange(code, VERIFIER.replace('a', 'b'), NONCE).expectProblem(401, "UNAUTHENTICATED");
    exchange(code, VERIFIER, NONCE).expectProblem(401, "UNAUTHENTICATED");
    exchange("made-up", VERIFIER, NONCE).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void anIdTokenOfAnotherSignInOrPersonIsRefused() {
    exchange(code("admin"), VERIFIER, "another-nonce-altogether")
        .expectProblem(401, "UNAUTHENTICATED");
    provider.withNonceKept(false);
    exchange(code("admin"), VERIFIER, NONCE).expectProblem(401, "UNAUTHENTICATED");
    provider.withNonceKept(true).withSamePerson(false);
    exchange(code("admin"), VERIFIER, NONCE).expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void anAccessTokenForAnotherServiceOpensNothing() {
    provider.withAudience("somebody-else");
    Answer answer = exchange(code("admin"), VERIFIER, NONCE).expect(200);
    server
        .anonymous()
        .as(answer.text("/access_token"))
        .get("/api/v1/auth/me")
        .expectProblem(401, "UNAUTHENTICATED");
  }

  @Test
  void namesTheFieldThatIsWrong() {
    Api nobody = server.anonymous();
    nobody.post(TOKEN, "{}").expectInvalid("code");
    nobody.post(TOKEN, "{}").expectInvalid("code_verifier");
    exchange("x", "too-short", NONCE).expectInvalid("code_verifier");
    exchange("x", VERIFIER, "short").expectInvalid("nonce");
    exchange("x".repeat(4097), VERIFIER, NONCE).expectInvalid("code");
    nobody.post(RENEW, Map.of("refresh_token", "x".repeat(8193))).expectInvalid("refresh_token");
    nobody
        .post(RENEW, Map.of("refresh_token", "x", "scope", "all"))
        .expectProblem(400, "VALIDATION_FAILED");
  }

  @Test
  @NeedsChromium
  void aLinkSurvivesTheSignInAndNothingIsKeptInTheBrowser(Browser browser) {
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.page().navigate(server.uri() + "/console/keys?status=active&sort=name");
      window.waitForText("Sign in with Staff");
      window.shot("sign-in-provider").requireAccessible("signing in with a provider");
      Page theirs = window.page().waitForPopup(() -> window.click("Sign in with Staff"));
      theirs.getByRole(AriaRole.BUTTON).getByText("Refuse").waitFor();
      window.waitForText("Go on in the other window.");
      signIn(theirs, "Zoe", "admin");
      window.page().locator("#filter-status").waitFor();
      window.settled();
      assertThat(window.page().locator("#filter-status").inputValue()).isEqualTo("active");
      assertThat(window.page().url()).endsWith("/console/keys?status=active&sort=name");
      assertThat(window.page().locator(".account-name").innerText()).isEqualTo("Zoe");
      assertThat(
              window
                  .page()
                  .evaluate(
                      "() => JSON.stringify({...localStorage, ...sessionStorage})"
                          + " + document.cookie"))
          .isEqualTo("{}");
      assertThat(theirs.isClosed()).isTrue();
      window.shot("signed-in-at-provider").requireQuiet();
    }
  }

  @Test
  @NeedsChromium
  void aRefusalAtTheProviderIsTold(Browser browser) {
    try (Window window = browser.window(Look.DARK_NARROW)) {
      window.page().navigate(server.uri() + "/console/");
      window.waitForText("Sign in with Staff");
      Page theirs = window.page().waitForPopup(() -> window.click("Sign in with Staff"));
      theirs.getByText("Refuse").waitFor();
      theirs.waitForClose(() -> theirs.evaluate(PRESS, "Refuse"));
      window.waitForText("The provider sent you back without signing you in. access_denied");
      window.shot("sign-in-provider-refused").requireAccessible("a refusal").requireQuiet();

      // and who is sent here by somebody else brings nothing in
      Page sent = window.page().context().newPage();
      sent.navigate(server.uri() + "/console/signed-in?code=stolen&state=made-up");
      sent.getByText("This window has done its part").waitFor();
      assertThat(sent.url()).doesNotContain("stolen");
      assertThat(window.page().locator(".side").count()).isZero();
      Page again = window.page().waitForPopup(() -> window.click("Sign in with Staff"));
      signIn(again, "Zoe", "developer");
      window.page().locator("main h1").waitFor();
    }
  }

  /** Tokens of a few seconds are renewed; where that ends, the form stays as it was filled. */
  @Test
  @NeedsChromium
  void theSessionGoesOnAndNothingIsLostAtItsEnd(Browser browser) {
    provider.withLife(Duration.ofSeconds(20));
    try (Window window = browser.window(Look.LIGHT_WIDE)) {
      window.page().navigate(server.uri() + "/console/requests/new");
      int before = provider.renewals();
      Page theirs = window.page().waitForPopup(() -> window.click("Sign in with Staff"));
      signIn(theirs, "Yve", "developer");
      String name = Unique.name("typed");
      window.fill("Name", name);
      Eventually.within(
          Duration.ofSeconds(90), () -> assertThat(provider.renewals()).isGreaterThan(before));

      provider.withLife(Duration.ofMinutes(10));
      window.page().getByLabel("Environment").selectOption("development");
      window.refuseOnce("**/api/v1/key-requests");
      window.fill("Why it is needed", "Typed before the end.");
      window.click("Send the request");
      window.waitForText("Your session has ended");
      window.requireAccessible("the dialog for signing in again");
      Page again = window.page().waitForPopup(() -> window.clickInDialog("Sign in with Staff"));
      window.waitForText("Go on in the other window.");
      window.shot("sign-in-again-provider");
      signIn(again, "Yve", "developer");
      window.waitForText("Your key is ready");
      assertThat(window.text()).contains(name);
    }
  }

  private static void signIn(Page theirs, String person, String role) {
    theirs.getByLabel("Who are you?").fill(person);
    theirs.getByLabel("As what?").fill(role);
    theirs.waitForClose(() -> theirs.evaluate(PRESS, "Go on"));
  }
}
