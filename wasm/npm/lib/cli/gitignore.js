// `.gitignore` files: the nearest one that has a word on a path decides, and in it the last line that has.
// The libraries for this judge a path together with the folders above it. A walk has passed those already, perhaps by
// the word of a nearer file, so it must ask about the path alone, as the native program does.
// A `?` is one byte, as in git, so patterns and names are compared as strings of one character a byte.

import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** The rules of a folder's own file, or undefined. */
export function readGitignore(folder) {
  let text;
  try {
    text = readFileSync(join(folder, '.gitignore'), 'latin1');
  } catch {
    return undefined;
  }
  const lines = text.replace(/^\xef\xbb\xbf/, '').split(/\r?\n/);
  return { base: resolve(folder), patterns: lines.flatMap((line) => pattern(line) ?? []) };
}

/** The rules above a folder, nearest first. */
export function gitignoresAbove(folder) {
  const found = [];
  let here = resolve(folder);
  while (dirname(here) !== here) {
    here = dirname(here);
    const rules = readGitignore(here);
    if (rules) found.push(rules);
  }
  return found;
}

/** True or false if a rule says so, undefined if none has a word on it. */
export function isIgnored(path, isFolder, gitignores) {
  for (const { base, patterns } of gitignores) {
    const name = Buffer.from(relative(base, resolve(path)).split(sep).join('/')).toString('latin1');
    const last = patterns.findLast(({ glob, foldersOnly }) => (isFolder || !foldersOnly) && glob.test(name));
    if (last) return !last.negated;
  }
  return undefined;
}

function pattern(line) {
  if (line.startsWith('#')) return undefined;
  let glob = line.endsWith('\\ ') ? line : line.trimEnd();
  if (glob === '') return undefined;
  const negated = glob.startsWith('!');
  if (negated) glob = glob.slice(1);
  const foldersOnly = glob.endsWith('/');
  if (foldersOnly) glob = glob.slice(0, -1);
  // A slash inside or at the start ties a pattern to the folder of its file; otherwise it holds at any depth.
  const tied = glob.includes('/');
  glob = glob.replace(/^\//, '');
  try {
    return { negated, foldersOnly, glob: new RegExp(`^${tied ? '' : '(?:.*/)?'}${expression(glob)}$`, 's') };
  } catch {
    // A line that is no pattern, such as one with an open class, matches nothing.
    return undefined;
  }
}

const token = /^\*\*\/|\/\*\*\/|\/\*\*$|\*+|\?|\[(!|\^)?(\]?[^\]]*)\]|\\(.)|./gs;

function expression(glob) {
  return glob.replace(token, (part, negated, members, escaped) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '/**/') return '/(?:.*/)?';
    if (part === '/**') return '/.+';
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    if (members !== undefined) return `(?!/)[${negated ? '^' : ''}${members.replace(/[\\\]\[]/g, '\\$&')}]`;
    return literal(escaped ?? part);
  });
}

function literal(character) {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
