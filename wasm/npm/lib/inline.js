// Any host, without a second file: the packaging step bundles this file with the WebAssembly as base64.

import bytes from './core.wasm';

import { load, once } from './api.js';

export { access, check, diff } from './api.js';

export const init = once(() => load(bytes));
