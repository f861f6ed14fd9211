// The section "requests": see routes.js.
export const requests = [
  { path: '/requests/new', tag: 'page-request-new', load: () => import('../pages/request-new.js'), scopes: ['requests:write'], section: 'requests', icon: 'plus', title: 'request.ask' },
  { path: '/requests', tag: 'page-requests', load: () => import('../pages/requests.js'), scopes: ['requests:read'], section: 'requests', icon: 'inbox', title: 'requests.nav' },
  { path: '/requests/:id', tag: 'page-request', load: () => import('../pages/request.js'), scopes: ['requests:read'] },
  { path: '/requests/:id/claim', tag: 'page-claim', load: () => import('../pages/claim.js'), scopes: ['requests:write'] },
  { path: '/campaigns', tag: 'page-campaigns', load: () => import('../pages/campaigns.js'), scopes: ['requests:read'], section: 'requests', icon: 'campaign', title: 'campaigns.title' },
  { path: '/campaigns/:id', tag: 'page-campaign', load: () => import('../pages/campaign.js'), scopes: ['requests:read'] },
];
