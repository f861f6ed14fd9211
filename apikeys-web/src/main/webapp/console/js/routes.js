// Every page: its address, its module, who may see it, and where it stands in the navigation.
import { administration } from './routes/administration.js';
import { audit } from './routes/audit.js';
import { insight } from './routes/insight.js';
import { keys } from './routes/keys.js';
import { requests } from './routes/requests.js';
import { start } from './routes/start.js';
import { tools } from './routes/tools.js';

/** The sections of the navigation, in their order. */
export const SECTIONS = ['start', 'keys', 'requests', 'insight', 'audit', 'administration', 'tools'];

/**
 * {path, tag, load, scopes, section, icon, title, when}: load imports the module that defines the
 * element `tag`; any one of `scopes` lets a person in; with a `section` it stands in the navigation,
 * where `when` can leave it out.
 */
export const routes = [...start, ...keys, ...requests, ...insight, ...audit, ...administration, ...tools];
