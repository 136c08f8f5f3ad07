// Arguments, as the native program takes them.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { kinds } from '../core.js';
import '../node.js';

/** What the native program prints for `--help` and `--version`, by subcommand; captured when the package is built. */
const texts = JSON.parse(readFileSync(new URL('./texts.json', import.meta.url), 'utf8'));

const choices = {
  format: ['human', 'json'],
  'fail-on': ['error', 'warning', 'note', 'never'],
  kind: kinds(),
  color: ['auto', 'always', 'never'],
  fix: ['safe', 'unsafe'],
  diff: [],
};
/** Options that may be given several times. */
const repeated = ['var', 'var-file'];
const reading = ['kind', 'config', 'color', ...repeated];
const reporting = ['format', 'fail-on', 'now', ...reading];

/** Each subcommand: how many paths it takes, which options with a value, and which may have one, with what they mean without. */
const subcommands = {
  check: { least: 1, most: Infinity, valued: [...reporting, 'stdin-filename'], bare: { fix: 'safe', diff: true } },
  diff: { least: 2, most: 2, valued: reporting },
  access: { least: 1, most: Infinity, valued: ['format', 'stdin-filename', ...reading], formats: ['human', 'json', 'svg'] },
};

/** The caller's mistake. */
export class UsageError extends Error {
  /** What is printed instead of the message. */
  help;
}

/** `{ print }` or `{ name, paths, options }`. */
export function parse(args) {
  const [name, ...rest] = args;
  if (name === undefined) {
    throw Object.assign(new UsageError('a command is required'), { help: texts[''].short });
  }
  if (name === 'help') return { print: helpOf(rest) };
  if (Object.hasOwn(subcommands, name)) return subcommand(name, rest);
  const asked = tokens([name], []).find(({ kind }) => kind === 'option');
  if (asked) return { print: printed('', asked) };
  throw new UsageError(`unrecognized subcommand '${name}'`);
}

function helpOf([name = '', ...rest]) {
  if (rest.length > 0 || !Object.hasOwn(texts, name)) {
    throw new UsageError(`unrecognized subcommand '${rest[0] ?? name}'`);
  }
  return texts[name].long;
}

function subcommand(name, args) {
  const { least, most, valued, bare = {}, formats = choices.format } = subcommands[name];
  const given = {};
  const paths = [];
  for (const token of tokens(args, valued, Object.keys(bare))) {
    if (token.kind === 'positional') {
      paths.push(token.value);
      if (paths.length > most) throw new UsageError(`unexpected argument '${token.value}' found`);
    } else if (token.kind === 'option') {
      const isBare = Object.hasOwn(bare, token.name);
      if (!isBare && !valued.includes(token.name)) return { print: printed(name, token) };
      if (repeated.includes(token.name)) {
        (given[token.name] ??= []).push(optionValue(token));
        continue;
      }
      if (Object.hasOwn(given, token.name)) {
        throw new UsageError(`the argument '--${token.name}' cannot be used multiple times`);
      }
      given[token.name] =
        isBare && token.value === undefined
          ? bare[token.name]
          : optionValue(token, token.name === 'format' ? formats : choices[token.name]);
    }
  }
  if (given.diff && !given.fix) throw new UsageError('`--diff` shows what `--fix` would do: `--fix --diff`');
  if (paths.length < least) throw new UsageError('a path is missing; for more, try `--help`');
  return {
    name,
    paths,
    options: {
      format: given.format ?? 'human',
      failOn: given['fail-on'] ?? 'error',
      kind: given.kind,
      color: given.color ?? 'auto',
      config: given.config,
      now: given.now,
      stdinFilename: given['stdin-filename'] ?? '-',
      fix: given.fix,
      diff: given.diff,
      terraformVariables: Object.fromEntries((given.var ?? []).map(variable)),
      varFiles: given['var-file'] ?? [],
    },
  };
}

function tokens(args, valued, bare = []) {
  const options = Object.fromEntries([
    ...valued.map((name) => [name, { type: 'string' }]),
    // Without a type that takes the next argument: only `--name=value` has a value.
    ...bare.map((name) => [name, { type: 'boolean' }]),
  ]);
  options.help = { type: 'boolean', short: 'h' };
  options.version = { type: 'boolean', short: 'V' };
  return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

/** The answer to `--help` or `--version`; nothing else gets here. */
function printed(subcommand, { name, rawName, inlineValue }) {
  if (inlineValue || !(name === 'help' || name === 'version')) {
    throw new UsageError(`unexpected argument '${rawName}' found`);
  }
  const { version, short, long } = texts[subcommand];
  if (name === 'version') return version;
  return rawName === '-h' ? short : long;
}

function optionValue({ name, rawName, value, inlineValue }, allowed) {
  if (value === undefined || (!inlineValue && value.length > 1 && value.startsWith('-'))) {
    throw new UsageError(`a value is required for '${rawName}' but none was supplied`);
  }
  if (allowed && !allowed.includes(value)) {
    throw new UsageError(`invalid value '${value}' for '${rawName}': possible values are ${allowed.join(', ')}`);
  }
  return name === 'now' ? seconds(value) : value;
}

/** `NAME=VALUE` as a pair. */
function variable(text) {
  const end = text.indexOf('=');
  if (end < 1) throw new UsageError(`invalid value '${text}' for '--var': not of the form NAME=VALUE`);
  return [text.slice(0, end), text.slice(end + 1)];
}

/** A whole number of 64 bits. What a JavaScript number cannot hold is far beyond every expiry on either side. */
function seconds(text) {
  const number = /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
  if (number === undefined || number !== BigInt.asIntN(64, number)) {
    throw new UsageError(`invalid value '${text}' for '--now': not a whole number of seconds`);
  }
  return Math.min(Math.max(Number(number), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
