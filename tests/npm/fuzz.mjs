// `node fuzz.mjs FILE…`: random bytes, and mutations of the given files. Whatever comes, the core answers with a
// report; it never throws. Prints how many inputs it tried.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { check, diff } from 'descope-keys';

const COUNT = 1000;
const examples = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const words = ['${', '}', '"', '*a', '&a', '<<: ', '<<EOT', '[', ']', '{', '\t', '\u0000', '😀', '\ud800', 'é', '- ', ': ', '99999999999999999999', '\r\n', '#'];

// A generator with a fixed seed, so that a failure comes back.
let state = 0x2545f491;
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

function noise() {
  return Array.from({ length: below(200) }, () => String.fromCharCode(below(4) ? below(128) : below(65536))).join('');
}

function mutated(text) {
  let result = text;
  for (let edits = 1 + below(6); edits > 0; edits--) {
    const from = below(result.length + 1);
    const to = from + below(12);
    const put = [words[below(words.length)], result.slice(from, to).repeat(2), ''][below(3)];
    result = result.slice(0, from) + put + result.slice(to);
  }
  return result;
}

for (let index = 0; index < COUNT; index++) {
  const example = examples[below(examples.length)];
  const text = below(4) ? mutated(example) : noise();
  const kind = ['pulumi-yaml', 'terraform-hcl', undefined][below(3)];
  try {
    const { findings, summary } = check(text, { kind });
    assert.equal(findings.length, summary.errors + summary.warnings + summary.notes);
    for (const { start, end } of findings) {
      assert.ok(start.line >= 1 && start.column >= 1 && start.utf16 <= end.utf16 && end.utf16 <= text.length);
    }
    diff(example, text, { kind });
  } catch (error) {
    throw new Error(`input ${index} (${kind}): ${JSON.stringify(text)}`, { cause: error });
  }
}
console.log(COUNT);
