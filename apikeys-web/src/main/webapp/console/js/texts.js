// Every text of the console, by page. A translation is another file of this form. {name} stands for
// a value; forms for one and for other numbers are chosen by {n}.
export const texts = {
  app: { name: 'API keys' },

  common: {
    back: 'Back',
    cancel: 'Cancel',
    close: 'Close',
    dismiss: 'Dismiss',
    loading: 'Loading…',
    none: 'None',
    no: 'No',
    optional: 'Optional',
    retry: 'Try again',
    save: 'Save',
    unlimited: 'Unlimited',
    yes: 'Yes',
  },

  problem: {
    title: 'That did not work',
    status: 'The server answered {status}.',
    request: 'Quote this when you ask for help: {id}',
    page: 'What {code} means and what to do',
    module: 'This page could not be loaded',
    retry_after: { one: 'Try again in {n} second.', other: 'Try again in {n} seconds.' },
    TIMEOUT: 'The server takes too long',
    TIMEOUT_detail: 'There was no answer in 30 seconds. What you typed is still here: try again.',
    UNREACHABLE: 'The server can’t be reached',
    UNREACHABLE_detail: 'Check your connection, then try again. What you typed is still here.',
  },

  missing: {
    unknown: 'There is no such page',
    unknown_text: 'The address may be mistyped, or the page has moved.',
    forbidden: 'This page is not for your roles',
    forbidden_text: 'Ask an administrator when you need it for your work.',
    home: 'To the start page',
  },

  shell: {
    skip: 'Skip to the content',
    menu: 'Menu',
    navigation: 'Pages',
    unread: 'unread',
    notices: { one: 'Notices: {n} unread', other: 'Notices: {n} unread' },
    light: 'Light theme',
    dark: 'Dark theme',
    organization: 'organization {id}',
    explorer: 'API explorer',
    sign_out: 'Sign out',
  },

  section: {
    start: 'Overview',
    keys: 'Keys',
    requests: 'Requests',
    insight: 'Insight',
    audit: 'Audit',
    administration: 'Administration',
    tools: 'Tools',
  },

  sign_in: {
    title: 'Sign in',
    heading: 'Sign in',
    username: 'User name',
    password: 'Password',
    submit: 'Sign in',
    memory: 'Your session lives in this page’s memory alone: it ends when you close or reload the page.',
    again: 'Your session has ended',
    again_text: 'Sign in again to go on. The page behind is as you left it.',
    out: 'Leave',
  },

  time: {
    now: 'just now',
    never: 'Never',
    years: { one: '{n} year', other: '{n} years' },
    months: { one: '{n} month', other: '{n} months' },
    weeks: { one: '{n} week', other: '{n} weeks' },
    days: { one: '{n} day', other: '{n} days' },
    hours: { one: '{n} hour', other: '{n} hours' },
    minutes: { one: '{n} minute', other: '{n} minutes' },
    seconds: { one: '{n} second', other: '{n} seconds' },
  },

  copy: { copy: 'Copy', done: 'Copied', failed: 'Could not copy: select it and copy by hand' },

  table: {
    all: 'All',
    all_of: { one: '{n} in all', other: '{n} in all' },
    back: 'Back',
    choose: 'Choose',
    choose_one: 'Choose {name}',
    clear: 'Clear filters',
    empty: 'Nothing here yet',
    filters: 'Filters of: {list}',
    next: 'Next',
    nothing_found: 'Nothing matches',
    nothing_found_text: 'Take a filter away, or look for something shorter.',
    pages: 'Pages of: {list}',
    range: '{first}–{last} of {total}',
    size: 'Rows',
  },

  chart: {
    as_chart: 'Chart',
    as_table: 'Table',
    described: '{caption}. The button “Table” shows the numbers.',
    empty: 'No numbers for this time',
  },

  role: {
    admin: 'Administrator',
    manager: 'Manager',
    auditor: 'Auditor',
    developer: 'Developer',
    gateway: 'Gateway',
  },

  status: {
    active: 'Active',
    inactive: 'Inactive',
    expired: 'Expired',
    revoked: 'Revoked',
    archived: 'Archived',
    pending: 'Pending',
    approved: 'Approved',
    rejected: 'Rejected',
    cancelled: 'Taken back',
    fulfilled: 'Done',
    open: 'Open',
    closed: 'Closed',
    confirmed: 'Still needed',
    retired: 'Retired',
    disabled: 'Disabled',
  },

  environment: { production: 'Production', staging: 'Staging', development: 'Development' },
  risk: { low: 'Low risk', medium: 'Medium risk', high: 'High risk' },

  type: {
    service: 'Service',
    web: 'Web',
    mobile: 'Mobile',
    'third-party': 'Third party',
    microservice: 'Microservice',
    personal: 'Personal',
    development: 'Development',
    automation: 'Automation',
    temporary: 'Temporary',
    'read-only': 'Read only',
    admin: 'Administration',
    monitoring: 'Monitoring',
    backup: 'Backup',
    integration: 'Integration',
    emergency: 'Emergency',
  },

  kind: {
    new_key: 'New key',
    change: 'Change',
    renewal: 'Renewal',
    limit_increase: 'Higher limits',
    reactivation: 'Reactivation',
    emergency: 'Emergency key',
  },

  // ---- start, notices, me, help ----

  start: {
    nav: 'Start',
    title: 'Hello, {name}',
    nothing: 'Your roles have no pages here',
    nothing_text: 'A gateway works with the API alone. Ask an administrator when you need more.',
    active_keys: 'Active keys',
    calls: 'Calls allowed',
    success: 'Success rate',
    response: 'Average response',
    ms: '{n} ms',
    open_requests: 'Open requests',
    waiting: 'Waiting for your decision',
    waiting_none: 'Nothing waits for you',
    own_requests: 'Your requests',
    own_none: 'You have asked for nothing so far',
    upcoming: 'In the next 30 days',
    upcoming_none: 'No key ends or is due for rotation',
  },

  notices: {
    title: 'Notices',
    below: 'What you were told about your keys and requests.',
    what: 'Notice',
    when: 'When',
    state: 'State',
    show: 'Show',
    only_unread: 'Unread only',
    read: 'Read',
    unread: 'Unread',
    mark: 'Mark as read',
    mark_all: 'Mark all as read',
    marked: { one: '{n} notice marked as read', other: '{n} notices marked as read' },
    none: 'No notices',
    none_text: 'You hear of decisions, of keys that end soon, and of campaigns here.',
  },

  me: {
    title: 'Who I am',
    roles: 'Roles',
    organization: 'Organization',
    scopes: 'Management scopes',
    scopes_text: 'What your roles let you do, here and in the API. An administrator changes them.',
  },

  help: {
    title: 'Help',
    api: 'The API',
    explorer_text: 'Every call, in the browser, with your own sign-in.',
    openapi: 'OpenAPI document',
    openapi_text: 'The same description for programs.',
    health: 'Health',
    health_text: 'Whether the server has started, is ready, and finds its store.',
    metrics: 'Metrics',
    metrics_text: 'Decisions by code, how long they took, and how far behind each writer is.',
    problems: 'When something is refused',
    problems_text: 'Each answer names its problem; each has a page.',
  },

  // ---- keys ----

  keys: {
    nav: 'Keys',
    own: 'My keys',
    name: 'Name',
    status: 'Status',
    environment: 'Environment',
    type: 'Type',
    owner: 'Owner',
    scope: 'Scope',
    tag: 'Tag',
    use: 'Calls',
    denied: { one: '{n} denied', other: '{n} denied' },
    last_used: 'Last used',
    expires: 'Expires',
    no_end: 'No end',
    search: 'Name, description or prefix',
    none: 'No keys yet',
    none_text: 'Ask for one: you see what it takes before you send the request.',
  },

  upcoming: {
    title: 'Upcoming',
    event: { expires: 'Expires', rotation_due: 'Rotation due', archived: 'Is archived' },
  },

  // ---- requests ----

  request: { ask: 'Ask for a key' },
  requests: { nav: 'Requests' },
  campaigns: { title: 'Campaigns' },

  // ---- insight ----

  // ---- audit ----

  // ---- administration ----

  // ---- tools ----
};
