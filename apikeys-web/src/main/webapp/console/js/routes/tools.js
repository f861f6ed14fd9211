// The section "tools": see routes.js.
export const tools = [
  { path: '/tools/checker', tag: 'page-checker', load: () => import('../pages/checker.js'), scopes: ['keys:verify'], section: 'tools', icon: 'shield', title: 'checker.title' },
  { path: '/tools/limits', tag: 'page-limits', load: () => import('../pages/limits.js'), scopes: ['keys:read'], section: 'tools', icon: 'clock', title: 'limits.title' },
];
