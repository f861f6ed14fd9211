// The section "administration": see routes.js.
/** What concerns the whole installation. */
const when = (session) => session.isOfDefaultOrganization;

export const administration = [
  { path: '/people', tag: 'page-people', load: () => import('../pages/people.js'), scopes: ['users:manage'], section: 'administration', icon: 'users', title: 'people.title' },
  { path: '/organizations', tag: 'page-organizations', load: () => import('../pages/organizations.js'), scopes: ['orgs:manage'], section: 'administration', icon: 'building', title: 'organizations.title' },
  { path: '/policies', tag: 'page-policies', load: () => import('../pages/policies.js'), scopes: ['orgs:manage'], section: 'administration', icon: 'file', title: 'policies.title' },
  { path: '/permission-sets', tag: 'page-permission-sets', load: () => import('../pages/permission-sets.js'), scopes: ['plugins:manage'], section: 'administration', icon: 'lock', title: 'sets.title' },
  { path: '/permission-sets/:id', tag: 'page-permission-set', load: () => import('../pages/permission-set.js'), scopes: ['plugins:manage'] },
  { path: '/plugins', tag: 'page-plugins', load: () => import('../pages/plugins.js'), scopes: ['plugins:manage'], section: 'administration', icon: 'plug', title: 'plugins.title' },
  { path: '/webhooks', tag: 'page-webhooks', load: () => import('../pages/webhooks.js'), scopes: ['webhooks:manage'], section: 'administration', icon: 'webhook', title: 'webhooks.title' },
  { path: '/webhooks/:id', tag: 'page-webhook', load: () => import('../pages/webhook.js'), scopes: ['webhooks:manage'] },
  { path: '/cluster', tag: 'page-cluster', load: () => import('../pages/cluster.js'), scopes: ['orgs:manage'], section: 'administration', icon: 'nodes', title: 'cluster.title', when },
  { path: '/settings', tag: 'page-settings', load: () => import('../pages/settings.js'), scopes: ['orgs:manage'], section: 'administration', icon: 'settings', title: 'settings.title', when },
];
