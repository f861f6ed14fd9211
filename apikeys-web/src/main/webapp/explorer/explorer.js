// Swagger UI over /openapi, with a sign-in that hands its token to Swagger UI. The token lives in a
// variable and nowhere else.

const library = document.documentElement.dataset.swaggerUi;
const SCHEME = 'bearer'; // the security scheme of the OpenAPI document that takes the token

const form = document.getElementById('sign-in');
const submit = document.getElementById('submit');
const username = document.getElementById('username');
const password = document.getElementById('password');
const signedIn = document.getElementById('signed-in');
const who = document.getElementById('who');
const message = document.getElementById('message');
const explorer = document.getElementById('swagger-ui');

let ui = null;
let token = null;
let expiry = null;

function show(text) {
  message.textContent = text;
}

/** Adds an element that loads something, and waits for it. */
function load(tag, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.addEventListener('load', resolve);
    element.addEventListener('error', () => reject(new Error('Swagger UI can’t be loaded.')));
    document.head.append(element);
  });
}

function authorize() {
  if (ui && token) {
    ui.preauthorizeApiKey(SCHEME, token);
  }
}

async function start() {
  await Promise.all([
    load('link', { rel: 'stylesheet', href: `${library}swagger-ui.css` }),
    load('script', { src: `${library}swagger-ui-bundle.js` }),
  ]);
  explorer.replaceChildren();
  ui = window.SwaggerUIBundle({
    domNode: explorer,
    url: '/openapi?format=json',
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: authorize,
  });
  nameServers();
}

/** Swagger UI leaves the choice of servers without a name for a screen reader. */
function nameServers() {
  const watch = new MutationObserver(() => {
    const servers = document.getElementById('servers');
    if (servers) {
      servers.setAttribute('aria-label', 'Server');
      watch.disconnect();
    }
  });
  watch.observe(explorer, { childList: true, subtree: true });
}

/** What to tell about an answer that is no token. */
async function explain(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // no JSON: the status has to do
  }
  const text = problem.detail || problem.title || `The server answered ${response.status}.`;
  const wait = Number(response.headers.get('Retry-After'));
  if (!(wait > 0)) {
    return text;
  }
  const minutes = Math.ceil(wait / 60);
  return `${text} Try again in ${wait < 60 ? `${wait} s` : `${minutes} min`}.`;
}

async function signIn(event) {
  event.preventDefault();
  submit.disabled = true;
  show('');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ username: username.value, password: password.value }),
      credentials: 'omit',
    });
    if (!response.ok) {
      show(await explain(response));
      password.select();
      password.focus();
      return;
    }
    enter(username.value, await response.json());
  } catch {
    show('The server can’t be reached.');
  } finally {
    submit.disabled = false;
  }
}

function enter(name, answer) {
  token = answer.access_token;
  authorize();
  const end = new Date(Date.now() + answer.expires_in * 1000);
  const time = end.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  who.textContent = `${name} (${answer.roles.join(', ')}), until ${time}`;
  expiry = setTimeout(() => leave('Your token has expired. Sign in again.'), answer.expires_in * 1000);
  form.reset();
  form.hidden = true;
  signedIn.hidden = false;
  document.getElementById('sign-out').focus();
}

function leave(reason) {
  clearTimeout(expiry);
  token = null;
  ui?.authActions.logout([SCHEME]);
  signedIn.hidden = true;
  form.hidden = false;
  show(reason);
  username.focus();
}

form.addEventListener('submit', signIn);
document.getElementById('sign-out').addEventListener('click', () => leave(''));
submit.disabled = false;
start().catch((error) => {
  explorer.replaceChildren();
  show(error.message);
});
