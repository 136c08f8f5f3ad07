// Node, Deno and Bun: the WebAssembly lies beside this file and is ready when the import is.

import { readFileSync } from 'node:fs';

import { loadSync } from './api.js';

loadSync(readFileSync(new URL('./core.wasm', import.meta.url)));

export { access, check, diff } from './api.js';

export async function init() {}
