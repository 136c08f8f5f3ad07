// Browsers and their bundlers, which recognise this form of URL and carry the file along.

import { load, once } from './api.js';

export { access, check, diff } from './api.js';

export const init = once(() => load(new URL('./core.wasm', import.meta.url)));
