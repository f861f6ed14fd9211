// The audit log's proofs, checked here and not by the server that made them: RFC 6962 hashes,
// the algorithms of RFC 9162 (sections 2.1.3.2 and 2.1.4.2), and C2SP signed notes with Ed25519.

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const utf8 = (text) => new TextEncoder().encode(text);

/** Whether this browser reckons hashes for this page: it does so for https and for this machine alone. */
export const canHash = () => Boolean(globalThis.crypto?.subtle);

async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

/** The hash of a record: SHA-256 over a zero byte and the record's bytes. */
export const leafHash = (leaf) => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
const same = (one, other) => base64(one) === base64(other);

/**
 * Walks from a leaf to the root. Answers {steps: [{side, sibling, hash}], root}: which neighbour is
 * hashed in on which side, and what comes of it.
 */
export async function climb(leaf, index, size, hashes) {
  if (index >= size) {
    throw new RangeError('The leaf lies behind the end of the tree.');
  }
  let node = index;
  let last = size - 1;
  let hash = leaf;
  const steps = [];
  for (const text of hashes) {
    if (last === 0) {
      throw new RangeError('The proof is too long.');
    }
    const sibling = bytesOf(text);
    const fromLeft = node % 2 === 1 || node === last;
    hash = fromLeft ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
    steps.push({ side: fromLeft ? 'left' : 'right', sibling: text, hash: base64(hash) });
    if (fromLeft) {
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) {
    throw new RangeError('The proof is too short.');
  }
  return { steps, root: base64(hash) };
}

/** Whether the larger tree begins with the smaller one: both roots follow from the proof. */
export async function isExtension(from, to, fromRoot, toRoot, hashes) {
  if (from === to) {
    return hashes.length === 0 && fromRoot === toRoot;
  }
  if (from === 0 || from > to) {
    return false;
  }
  const path = hashes.map(bytesOf);
  if (Number.isInteger(Math.log2(from))) {
    path.unshift(bytesOf(fromRoot));
  }
  let node = from - 1;
  let last = to - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let [older] = path;
  let newer = older;
  if (!older) {
    return false;
  }
  for (const sibling of path.slice(1)) {
    if (last === 0) {
      return false;
    }
    if (node % 2 === 1 || node === last) {
      older = await nodeHash(sibling, older);
      newer = await nodeHash(sibling, newer);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      newer = await nodeHash(newer, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(older, bytesOf(fromRoot)) && same(newer, bytesOf(toRoot));
}

/** A checkpoint's parts: {origin, size, root, signed, signatures: [{name, bytes}]}. */
export function readCheckpoint(note) {
  const end = note.indexOf('\n\n');
  const [origin, size, root] = note.slice(0, end).split('\n');
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
    .filter(Boolean)
    .map(([, name, text]) => ({ name, bytes: bytesOf(text) }));
  return { origin, size: Number(size), root, signed: note.slice(0, end + 1), signatures };
}

/** The form of a public key in the notes' world: name+hash+base64 of a type byte and the key. */
export function readVerifierKey(text) {
  const [name, id, ...rest] = text.trim().split('+');
  const bytes = bytesOf(rest.join('+'));
  return { name, id, key: bytes.slice(1), bytes };
}

/** true or false; null when this browser can't check Ed25519 signatures. */
export async function isSigned(checkpoint, verifier) {
  const id = hex((await sha256(utf8(`${verifier.name}\n`), verifier.bytes)).slice(0, 4));
  if (id !== verifier.id) {
    return false;
  }
  const own = checkpoint.signatures.find(({ name, bytes }) => name === verifier.name && hex(bytes.slice(0, 4)) === id);
  if (!own) {
    return false;
  }
  let key;
  try {
    key = await crypto.subtle.importKey('raw', verifier.key, 'Ed25519', false, ['verify']);
  } catch {
    return null; // an older browser
  }
  return crypto.subtle.verify('Ed25519', key, own.bytes.slice(4), utf8(checkpoint.signed));
}
