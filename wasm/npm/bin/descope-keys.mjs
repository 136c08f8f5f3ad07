#!/usr/bin/env node
// Node waits at exit for its optimizing WebAssembly compiler, which costs more than a whole check. The baseline
// compiler is enough for one run, and has to be chosen before the module is compiled.

import v8 from 'node:v8';

v8.setFlagsFromString('--liftoff-only');

const { main } = await import('../lib/cli/main.js');
process.exitCode = main(process.argv.slice(2));
