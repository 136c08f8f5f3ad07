// The command line: the same arguments, output and exit codes as the native program.

import { access, check, context, diff, fix, isCollected, patch } from '../core.js';
import { furtherFiles, run } from '../api.js';
import '../node.js';

import { parse, UsageError } from './args.js';
import { isColored } from './color.js';
import { configOptions } from './config.js';
import { eachOnce, filesIn, InputError, read, readFile, readStdin, rewrite } from './files.js';

const CLEAN = 0;
const FINDINGS = 1;
const COULD_NOT_RUN = 2;

/** Runs one command; returns the exit code. */
export function main(args) {
  try {
    const command = parse(args);
    if (command.print !== undefined) {
      process.stdout.write(command.print);
      return CLEAN;
    }
    const { output, failed } = answer(command);
    process.stdout.on('error', ignoreGoneReader);
    process.stdout.write(output);
    return failed ? FINDINGS : CLEAN;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError)) throw error;
    process.stderr.write(error.help ?? `error: ${error.message}\n`);
    return COULD_NOT_RUN;
  }
}

function answer({ name, paths, options: { stdinFilename, color, config, fix: safety, diff: asPatch, now, varFiles, ...given } }) {
  const options = {
    ...given,
    color: isColored(color),
    now: now ?? Date.now() / 1000,
    terraformEnvironment: terraformEnvironment(),
  };
  const complete = (files) => [...withContext(files, options), ...varFiles.map((path) => readFile(path, 'variables'))];
  if (name !== 'diff') {
    const named = paths.flatMap((path) => (path === '-' ? [readStdin(stdinFilename)] : read(path, isCollected)));
    const files = complete(eachOnce(named));
    const configured = { ...options, ...configOptions(config, files) };
    if (name === 'access') return run(access, [files], configured);
    if (safety) {
      const how = { ...configured, fix: safety };
      if (asPatch) return run(patch, [files], how);
      const fixed = run(fix, [files], how);
      fixed.forEach(([index, text]) => rewrite(files[index], text));
    }
    return run(check, [files], configured);
  }
  const [oldRoot, newRoot] = paths;
  const versions = paths.map((path) => complete(read(path, isCollected)));
  return run(diff, versions, { ...options, ...configOptions(config, versions[1]), oldRoot, newRoot });
}

/** The files, and those that they are to be understood with. */
function withContext(files, options) {
  const all = [...files];
  for (;;) {
    const further = furtherFiles(context, all, options, filesIn);
    if (further.length === 0) return all;
    all.push(...further.map((path) => readFile(path, 'context')));
  }
}

function terraformEnvironment() {
  const prefix = 'TF_VAR_';
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(variables.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** A reader that went away, such as `head`, has no need of the rest. */
function ignoreGoneReader(error) {
  if (error.code !== 'EPIPE') throw error;
}
