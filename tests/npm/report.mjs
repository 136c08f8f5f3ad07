// Uses the installed package as an application does; `node report.mjs SPECIFIER` prints what both functions say.

import assert from 'node:assert/strict';

const { check, diff, init } = await import(process.argv[2]);
await init();

const text = (name, roles) =>
  `resource "descope_management_key" "ci" {\n  name = "${name}"\n  rebac = { company_roles = ["${roles}"] }\n}\n`;

assert.throws(() => check(7), TypeError);
assert.throws(() => check([{ name: 'main.tf' }]), TypeError);
assert.throws(() => check('', { kind: 'cobol' }), /no kind is called `cobol`/);

const options = { filename: 'main.tf', now: 1767225600 };
// The emoji is one scalar value, two UTF-16 units and four bytes.
const odd = check(`# 😀\n${text('', 'a')}`, options);
const replaced = diff(text('A', 'a'), text('A', 'b'), options);
const several = check([{ name: 'a.tf', text: text('', 'a') }, { name: 'b.tf', text: text('B', 'b') }]);
console.log(JSON.stringify({ odd, replaced, several }));
