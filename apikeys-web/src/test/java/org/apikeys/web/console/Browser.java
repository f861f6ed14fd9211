package org.apikeys.web.console;

import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.util.List;
import java.util.Map;

/** The system's Chromium, without a window. Nothing is downloaded. */
final class Browser implements AutoCloseable {
  /** Of a slow and loaded machine. */
  static final double PATIENCE_MS = 60_000;

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;

  Browser() {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    chromium =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(NeedsChromium.Chromium.path().orElseThrow())
                    .setHeadless(true)
                    .setTimeout(PATIENCE_MS)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--disable-background-networking")));
  }

  /** A window of its own, as another person's machine has. */
  Window window(Look look) {
    return new Window(chromium, look);
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
