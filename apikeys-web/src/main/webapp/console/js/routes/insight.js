// The section "insight": see routes.js.
export const insight = [
  { path: '/live', tag: 'page-live', load: () => import('../pages/live.js'), scopes: ['usage:read'], section: 'insight', icon: 'clock', title: 'live.title' },
  { path: '/analytics', tag: 'page-analytics', load: () => import('../pages/analytics.js'), scopes: ['usage:read'], section: 'insight', icon: 'chart', title: 'analytics.title' },
  { path: '/alerts', tag: 'page-alerts', load: () => import('../pages/alerts.js'), scopes: ['reports:read'], section: 'insight', icon: 'alert', title: 'alerts.title' },
  { path: '/alerts/:id', tag: 'page-alert', load: () => import('../pages/alert.js'), scopes: ['reports:read'] },
  { path: '/alert-rules', tag: 'page-alert-rules', load: () => import('../pages/alert-rules.js'), scopes: ['reports:read'], section: 'insight', icon: 'settings', title: 'rules.title' },
  { path: '/security', tag: 'page-security', load: () => import('../pages/security.js'), scopes: ['reports:read'], section: 'insight', icon: 'shield', title: 'security.title' },
  { path: '/reports', tag: 'page-reports', load: () => import('../pages/reports.js'), scopes: ['reports:read'], section: 'insight', icon: 'file', title: 'reports.title' },
  { path: '/reports/made', tag: 'page-made-reports', load: () => import('../pages/made-reports.js'), scopes: ['reports:read'], section: 'insight', icon: 'download', title: 'made.title' },
  { path: '/report-schedules', tag: 'page-report-schedules', load: () => import('../pages/report-schedules.js'), scopes: ['reports:read'], section: 'insight', icon: 'calendar', title: 'schedules.title' },
];
