// The section "audit": see routes.js.
export const audit = [
  { path: '/audit', tag: 'page-audit', load: () => import('../pages/audit.js'), scopes: ['audit:read'], section: 'audit', icon: 'list', title: 'audit.nav' },
  { path: '/audit/live', tag: 'page-audit-live', load: () => import('../pages/audit-live.js'), scopes: ['audit:read'], section: 'audit', icon: 'clock', title: 'audit_live.nav' },
  { path: '/audit/checkpoints', tag: 'page-checkpoints', load: () => import('../pages/checkpoints.js'), scopes: ['audit:read'], section: 'audit', icon: 'shield', title: 'checkpoints.title' },
  { path: '/audit/evidence', tag: 'page-evidence', load: () => import('../pages/evidence.js'), scopes: ['audit:export'], section: 'audit', icon: 'download', title: 'evidence.title' },
  { path: '/audit/retention', tag: 'page-retention', load: () => import('../pages/retention.js'), scopes: ['audit:read'], section: 'audit', icon: 'lock', title: 'retention.title' },
  { path: '/audit/records/:sequence', tag: 'page-audit-record', load: () => import('../pages/audit-record.js'), scopes: ['audit:read'] },
];
