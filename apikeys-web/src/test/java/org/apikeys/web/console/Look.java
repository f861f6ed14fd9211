package org.apikeys.web.console;

import com.microsoft.playwright.options.ColorScheme;

/** How the console is looked at. */
enum Look {
  LIGHT_WIDE(ColorScheme.LIGHT, 1280),
  DARK_WIDE(ColorScheme.DARK, 1280),
  LIGHT_NARROW(ColorScheme.LIGHT, 390),
  DARK_NARROW(ColorScheme.DARK, 390);

  private final ColorScheme theme;
  private final int width;

  Look(ColorScheme theme, int width) {
    this.theme = theme;
    this.width = width;
  }

  ColorScheme theme() {
    return theme;
  }

  int width() {
    return width;
  }
}
