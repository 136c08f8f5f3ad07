// The same by `require`: ready at once, without `init`.

const { check } = require('descope-keys');

const { findings, summary } = check('resources:\n  ci:\n    type: descope-keys:ManagementKey\n    properties: {}\n', { kind: 'pulumi-yaml' });
console.log(JSON.stringify({ rules: findings.map(({ rule }) => rule), summary }));
