// Cloudflare's runtime and its kin: code may not be compiled there, so the module is imported.

import module from './core.wasm';

import { loadSync } from './api.js';

loadSync(module);

export { access, check, diff } from './api.js';

export async function init() {}
