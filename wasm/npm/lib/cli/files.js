// From paths to files: the same ones in the same order as the native program.

import { readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';

import { gitignoresAbove, isIgnored, readGitignore } from './gitignore.js';

/** A file or folder that cannot be read. */
export class InputError extends Error {}

/** The file `path`, or in the folder `path` every file whose name is collected, in the order of the names. */
export function read(path, isCollected) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    return [readFile(path)];
  }
  const found = [];
  walk({ folder: path, parts: [], gitignores: gitignoresAbove(path) }, isCollected, found);
  return found.sort(byParts).map(({ parts }) => readFile(join(path, parts.join('/'))));
}

/** The files without those that came before, named otherwise or in a folder; what came from standard input stays. */
export function eachOnce(files) {
  const known = new Set();
  return files.filter(({ path }) => {
    const real = path === 0 ? Symbol() : realpathSync(path);
    return !known.has(real) && known.add(real);
  });
}

/** All that is left of standard input. */
export function readStdin(name) {
  return readFile(0, 'checked', name);
}

/** Gives a file another content, also where it was read from; what came from standard input is nowhere. */
export function rewrite(file, text) {
  if (file.path !== 0) {
    try {
      writeFileSync(file.path, text);
    } catch (error) {
      throw new InputError(`cannot write \`${file.path}\`: ${error.message}`);
    }
  }
  file.bytes = Buffer.from(text);
}

/** The names of the files in a folder, which may be missing. */
export function filesIn(folder) {
  const path = folder === '' ? '.' : folder;
  try {
    return readdirSync(path).filter((name) => statSync(join(path, name), { throwIfNoEntry: false })?.isFile());
  } catch {
    return [];
  }
}

/** One file, and what it is read for. */
export function readFile(path, role = 'checked', name = path) {
  try {
    return { name: reportName(name), bytes: readFileSync(path), role, path };
  } catch (error) {
    throw new InputError(`cannot read \`${name}\`: ${error.message}`);
  }
}

function walk({ folder, parts, gitignores }, isCollected, found) {
  const here = readGitignore(folder);
  const rules = here ? [here, ...gitignores] : gitignores;
  for (const entry of entries(folder)) {
    const isFolder = entry.isDirectory();
    const path = join(folder, entry.name);
    const verdict = isIgnored(path, isFolder, rules);
    const isHidden = entry.name.startsWith('.');
    if (verdict ?? isHidden) continue;
    const below = [...parts, entry.name];
    if (isFolder) {
      walk({ folder: path, parts: below, gitignores: rules }, isCollected, found);
    } else if (isCollected(entry.name)) {
      found.push({ parts: below });
    }
  }
}

function entries(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new InputError(`cannot search \`${folder}\`: ${error.message}`);
  }
}

/** Name by name, each by its bytes. */
function byParts(a, b) {
  for (let index = 0; ; index++) {
    const [left, right] = [a.parts[index], b.parts[index]];
    if (left === undefined || right === undefined) return a.parts.length - b.parts.length;
    const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
    if (order !== 0) return order;
  }
}

function join(folder, name) {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

function reportName(name) {
  return process.platform === 'win32' ? name.replaceAll('\\', '/') : name;
}
