// Makes the calls it reads from standard input with the official Node client, and prints what came of each. Input and
// output are those of `../python/driver.py`; this client refuses nothing by itself.

import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';

import DescopeClient from '@descope/node-sdk';

const { DESCOPE_PROJECT_ID: projectId, DESCOPE_BASE_URI: baseUrl, DESCOPE_MANAGEMENT_KEY: ownKey } = process.env;
const UNKNOWN_SECRET = `K2${'0'.repeat(48)}`;

const ids = new Map();
const secrets = new Map();

/** A client that has shaken hands. It does so in the background and tells nobody, but its next requests need the answer. */
async function connect(managementKey) {
  let client;
  await new Promise((shaken) => {
    const afterRequest = ({ path }) => path === '/v1/mgmt/license' && shaken();
    client = DescopeClient({ projectId, baseUrl, managementKey, hooks: { afterRequest } });
  });
  await setImmediate();
  return client.management.managementKey;
}

const CALLS = {
  create: (keys, { name, reBac, description, expiresIn, permittedIps }) =>
    keys.create(name, reBac, description, expiresIn, permittedIps),
  update: (keys, { id, name, description, status, permittedIps }) =>
    keys.update(ids.get(id) ?? id, name, description, status, permittedIps),
  load: (keys, { id }) => keys.load(ids.get(id) ?? id),
  delete: (keys, call) => keys.delete(call.ids.map((id) => ids.get(id) ?? id)),
  search: (keys) => keys.search(),
};

async function outcome(call) {
  const keys = 'as' in call ? await connect(secrets.get(call.as) ?? UNKNOWN_SECRET) : own;
  const { ok, code, data, error } = await CALLS[call.call](keys, call);
  if (!ok) return { status: code, error };
  if (call.call !== 'create') return { reply: data };
  ids.set(call.name, data.key.id);
  secrets.set(call.name, data.cleartext);
  return { reply: { ...data, cleartext: data.cleartext.slice(0, 2) } };
}

const own = await connect(ownKey);
const outcomes = [];
for (const call of JSON.parse(await text(process.stdin))) outcomes.push(await outcome(call));
const manifest = new URL('../package.json', import.meta.resolve('@descope/node-sdk'));
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
process.stdout.write(JSON.stringify({ version, outcomes }));
