// The API over the core, the same in every host. The entries beside this file differ only in how they find
// the WebAssembly.

import instantiate, { initSync, access as coreAccess, check as coreCheck, diff as coreDiff } from './core.js';

const encoder = new TextEncoder();
let ready = false;

/** Instantiates at once, from a compiled module or from bytes. */
export function loadSync(module) {
  initSync({ module });
  ready = true;
}

/** Instantiates from a URL or from bytes without blocking. */
export async function load(source) {
  await instantiate({ module_or_path: source });
  ready = true;
}

/** Turns a loader into an `init` that loads once, however often it is called, and may be tried again after a failure. */
export function once(loader) {
  let loading;
  return () => {
    loading ??= loader().catch((error) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

export function check(input, options = {}) {
  return report(coreCheck, [sources(input, options)], options);
}

export function diff(oldInput, newInput, options = {}) {
  return report(coreDiff, [sources(oldInput, options), sources(newInput, options)], options);
}

export function access(input, options = {}) {
  return report(coreAccess, [sources(input, options)], options);
}

function report(call, inputs, { kind, config, now = Date.now() / 1000, terraformVariables }) {
  const options = { kind, config, now, terraformVariables, format: 'json', utf16: true };
  return JSON.parse(run(call, inputs, options).output);
}

/** One call of the core as the command line needs it: `{ output, failed }`, or for fixes `[index, text]` of each file. */
export function run(call, inputs, options) {
  if (!ready) {
    throw new Error('descope-keys is not loaded yet: `await init()` first');
  }
  return JSON.parse(call(...inputs.flatMap(columns), optionsText(inputs, options)));
}

/** The names of the files that `files` are to be understood with; `list` names the files of a folder. */
export function furtherFiles(context, files, options, list) {
  return context(...columns(files), optionsText([files], options), list);
}

function columns(files) {
  return [files.map(({ name }) => name), files.map(({ bytes }) => bytes)];
}

function optionsText(inputs, options) {
  const roles = inputs.map((files) => files.map(({ role = 'checked' }) => role));
  return JSON.stringify({ ...options, now: Math.floor(options.now), roles });
}

function sources(input, { filename = '-' }) {
  const files = typeof input === 'string' ? [{ name: filename, text: input }] : input;
  if (!Array.isArray(files)) {
    throw new TypeError('expected a text, or a list of `{ name, text }`');
  }
  return files.map(({ name, text, role }) => {
    if (typeof name !== 'string' || typeof text !== 'string') {
      throw new TypeError('each file needs a `name` and a `text`, both strings');
    }
    return { name, bytes: encoder.encode(text), role };
  });
}
