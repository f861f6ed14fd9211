// The section "start": see routes.js.
export const start = [
  { path: '/', tag: 'page-start', load: () => import('../pages/start.js'), section: 'start', icon: 'home', title: 'start.nav' },
  { path: '/notices', tag: 'page-notices', load: () => import('../pages/notices.js'), section: 'start', icon: 'bell', title: 'notices.title' },
  { path: '/me', tag: 'page-me', load: () => import('../pages/me.js') },
  { path: '/help', tag: 'page-help', load: () => import('../pages/help.js') },
];
