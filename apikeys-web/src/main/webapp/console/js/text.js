// Reads texts out of texts.js.
import { texts } from './texts.js';

export const LANGUAGE = document.documentElement.lang || 'en';
const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE);

function find(key) {
  return key.split('.').reduce((level, part) => level?.[part], texts);
}

/**
 * The text of a key, such as t('keys.name'). Values take the place of {name} in it; a text with
 * the forms `one` and `other` is chosen by the value n.
 */
export function t(key, values = {}) {
  let text = find(key);
  if (text && typeof text === 'object') {
    text = text[plurals.select(Number(values.n))] ?? text.other;
  }
  if (typeof text !== 'string') {
    console.error(`No text for ${key}`);
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** The word for a value of the API, such as a status; the value itself when there is none. */
export function label(group, value) {
  const text = find(group)?.[value];
  return typeof text === 'string' ? text : String(value ?? '');
}
