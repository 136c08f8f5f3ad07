// Node with `--conditions=browser` takes the entry for browsers. What a browser's `fetch` gives for a URL beside the
// page, this one gives for a URL of a file.

import { readFile } from 'node:fs/promises';

globalThis.fetch = async (url) =>
  new Response(await readFile(new URL(url)), { headers: { 'content-type': 'application/wasm' } });
