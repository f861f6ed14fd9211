// Light or dark, as chosen, or as the system has it. A classic script, so that it runs before the
// first paint. The choice is the one thing that the console keeps in the browser.
(() => {
  const KEY = 'apikeys.theme';
  const dark = matchMedia('(prefers-color-scheme: dark)');

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off
    }
  }

  function apply() {
    const theme = chosen() ?? (dark.matches ? 'dark' : 'light');
    document.documentElement.dataset.bsTheme = theme;
    window.dispatchEvent(new CustomEvent('themechange', { detail: theme }));
  }

  window.apikeysTheme = {
    current: () => document.documentElement.dataset.bsTheme,
    choose(theme) {
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // it holds for this page only
      }
      document.documentElement.dataset.bsTheme = theme;
      window.dispatchEvent(new CustomEvent('themechange', { detail: theme }));
    },
  };
  dark.addEventListener('change', apply);
  apply();
})();
