// The section "insight": see routes.js.
export const insight = [
  { path: '/analytics', tag: 'page-analytics', load: () => import('../pages/analytics.js'), scopes: ['usage:read'], section: 'insight', icon: 'chart', title: 'analytics.title' },
  { path: '/alerts', tag: 'page-alerts', load: () => import('../pages/alerts.js'), scopes: ['reports:read'], section: 'insight', icon: 'alert', title: 'alerts.title' },
  { path: '/alerts/:id', tag: 'page-alert', load: () => import('../pages/alert.js'), scopes: ['reports:read'] },
];
