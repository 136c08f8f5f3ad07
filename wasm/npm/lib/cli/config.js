// From the checked files to their configurations: the same ones as the native program.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { configFaults } from '../core.js';
import { InputError } from './files.js';

const fileName = 'descope-keys.toml';

/** The options of the core that tell the configuration `given`, or else those nearest above the files. */
export function configOptions(given, files) {
  const currentFolder = resolve('.');
  if (given !== undefined) {
    return { config: read(given), configFolder: dirname(resolve(given)), currentFolder };
  }
  const paths = new Set(files.flatMap(({ name }) => above(dirname(resolve(name))) ?? []));
  const configs = [...paths].map((path) => ({ folder: dirname(path), text: read(path) }));
  return { configs, currentFolder };
}

/** The file in `folder` or in the nearest folder above, up to the root of the repository. */
function above(folder) {
  const path = join(folder, fileName);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return undefined;
  return above(dirname(folder));
}

function read(path) {
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    throw new InputError(`cannot read \`${path}\`: ${error.message}`);
  }
  const faults = configFaults(text);
  if (faults.length > 0) throw new InputError(faults.map((fault) => `${path}:${fault}`).join('\n'));
  return text;
}
