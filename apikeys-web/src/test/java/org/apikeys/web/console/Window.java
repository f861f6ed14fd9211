package org.apikeys.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apikeys.web.server.Person;

/** A window of a browser with the console in it, and what the browser had to complain about. */
final class Window implements AutoCloseable {
  private static final Path SHOTS = Path.of("target", "screenshots");

  /** A page is there when it has its heading and nothing spins in it. */
  private static final String IS_THERE =
      "() => document.querySelector('main h1') && !document.querySelector('main .spinner-border')"
          + " && !document.querySelector('[aria-busy=true]')"
          + " && document.querySelector('ak-app').dataset.shown"
          + " === location.pathname + location.search";

  /** Goes by a link, without loading the console anew. */
  private static final String GO =
      "path => { const link = document.createElement('a'); link.href = '/console' + path;"
          + " document.body.append(link); link.click(); link.remove(); }";

  /** The pages without parameters that the person may see, as the console itself knows them. */
  private static final String PAGES =
      "async () => {"
          + " const base = document.querySelector('script[type=module]').src;"
          + " const { routes } = await import(base.replace('main.js', 'routes.js'));"
          + " const { session } = await import(base.replace('main.js', 'session.js'));"
          + " return routes.filter(route => !route.path.includes(':'))"
          + " .filter(route => session.may(...(route.scopes ?? [])))"
          + " .filter(route => route.when?.(session) ?? true).map(route => route.path); }";

  /** In words what axe finds, one line each. */
  private static final String AXE =
      "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(found =>"
          + " `${found.id}: ${found.nodes.slice(0, 3).map(node => node.html.slice(0, 200)"
          + " + ' (' + node.failureSummary + ')').join('; ')}`)";

  private final Look look;
  private final BrowserContext context;
  private final Page page;
  private final List<String> complaints = new ArrayList<>();

  Window(com.microsoft.playwright.Browser browser, Look look) {
    this.look = look;
    context =
        browser.newContext(
            new NewContextOptions()
                .setColorScheme(look.theme())
                .setViewportSize(look.width(), 900)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Berlin"));
    context.setDefaultTimeout(Browser.PATIENCE_MS);
    context.setDefaultNavigationTimeout(Browser.PATIENCE_MS);
    page = context.newPage();
    page.onPageError(error -> complaints.add("error: " + error));
    page.onConsoleMessage(
        message -> {
          // a policy that is broken is told here, too
          if (message.type().equals("error")) {
            complaints.add(message.text() + " at " + message.location());
          }
        });
  }

  Page page() {
    return page;
  }

  /** Opens an address of the console of the person's server, and signs in. */
  Window signIn(Person person, String path) {
    page.navigate(person.api().root().resolve("/console" + path).toString());
    page.getByLabel("User name").fill(person.name());
    page.getByLabel("Password").fill(person.password());
    click("Sign in");
    page.locator(".side").waitFor();
    return settled();
  }

  /** Addresses of all pages that the person may see. */
  List<String> pages() {
    List<String> paths = new ArrayList<>();
    for (Object path : (List<?>) page.evaluate(PAGES)) {
      paths.add((String) path);
    }
    return paths;
  }

  /** Goes to another page of the console. */
  Window go(String path) {
    page.evaluate(GO, path);
    return settled();
  }

  /** Goes there, whatever comes of it. */
  void goWithoutWaiting(String path) {
    page.evaluate(GO, path);
  }

  Window settled() {
    page.waitForFunction(IS_THERE);
    return this;
  }

  /** Presses the button, or follows the link, of this name. */
  void click(String name) {
    Locator button =
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    Locator link =
        page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName(name).setExact(true));
    button.or(link).first().click();
  }

  /** Presses the button of this name in the dialog that is open. */
  void clickInDialog(String name) {
    page.locator("dialog[open]")
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true))
        .last()
        .click();
  }

  void fill(String label, String value) {
    page.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).fill(value);
  }

  /** What stands in the file that this brings. */
  String downloaded(Runnable action) {
    Download file = page.waitForDownload(action);
    try (InputStream content = file.createReadStream()) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text() {
    return page.locator("main").innerText();
  }

  /** The part of the page under this heading. */
  Locator card(String heading) {
    Locator named = page.getByRole(AriaRole.HEADING).getByText(heading);
    return page.locator("section.card").filter(new Locator.FilterOptions().setHas(named));
  }

  /** Waits until the page says this. */
  void waitForText(String text) {
    page.getByText(text).first().waitFor();
  }

  /** Waits until it is not on the page any more. */
  static void gone(Locator locator) {
    locator.first().waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
  }

  /** The next POST to the path is answered as after the end of the session. */
  void refuseOnce(String path) {
    boolean[] refused = {false};
    page.route(
        path,
        route -> {
          if (refused[0] || !route.request().method().equals("POST")) {
            route.resume();
            return;
          }
          refused[0] = true;
          route.fulfill(
              new FulfillOptions()
                  .setStatus(401)
                  .setContentType("application/problem+json")
                  .setBody("{\"code\": \"UNAUTHENTICATED\", \"title\": \"Sign in\"}"));
        });
  }

  /** Keeps a picture of the whole page in {@code target/screenshots}. */
  Window shot(String name) {
    String file = name + "-" + look.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".png";
    page.screenshot(new ScreenshotOptions().setPath(SHOTS.resolve(file)).setFullPage(true));
    return this;
  }

  /** Nothing that keeps people out (axe), nothing wider than the window. */
  Window requireAccessible(String what) {
    page.evaluate(Axe.SCRIPT);
    assertThat(page.evaluate(AXE)).as("%s, %s: axe", what, look).isEqualTo(List.of());
    assertThat(page.evaluate("() => document.documentElement.scrollWidth - innerWidth"))
        .as("%s, %s: too wide by", what, look)
        .isEqualTo(0);
    return this;
  }

  /** The browser had nothing to complain about: no error, no policy broken, no file missing. */
  void requireQuiet() {
    assertThat(complaints).isEmpty();
  }

  @Override
  public void close() {
    context.close();
  }

  /** The script of axe-core, out of its jar. */
  private static final class Axe {
    static final String SCRIPT = read();

    private static String read() {
      try (InputStream file = Window.class.getResourceAsStream("/axe.min.js")) {
        return new String(
            Objects.requireNonNull(file, "axe.min.js").readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
