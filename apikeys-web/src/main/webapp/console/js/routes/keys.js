// The section "keys": see routes.js.
export const keys = [
  { path: '/keys', tag: 'page-keys', load: () => import('../pages/keys.js'), scopes: ['keys:read'], section: 'keys', icon: 'key', title: 'keys.nav' },
  { path: '/keys/:id', tag: 'page-key', load: () => import('../pages/key.js'), scopes: ['keys:read'] },
  { path: '/keys/:id/change', tag: 'page-key-change', load: () => import('../pages/key-change.js'), scopes: ['keys:write', 'requests:write'] },
  { path: '/upcoming', tag: 'page-upcoming', load: () => import('../pages/upcoming.js'), scopes: ['keys:read'], section: 'keys', icon: 'calendar', title: 'upcoming.title' },
];
