// Compiled, not run: the types of the package say what its functions take and give.

import { check, diff, init, type Finding, type KeyChange } from 'descope-keys';
import { check as inlineCheck } from 'descope-keys/inline';

await init();
const { findings, summary } = check('', { filename: 'main.tf', kind: 'terraform-hcl', now: 0 });
const first: Finding | undefined = findings[0];
const offset: number = first?.start.utf16 ?? summary.unknown_values;
const severity: 'error' | 'warning' | 'note' | undefined = first?.severity;
const changes: KeyChange[] = diff([{ name: 'main.tf', text: '' }], '').changes;
const possible: 'none' | 'update' | 'create' | 'delete' | 'replace' | undefined = changes[0]?.possible_effect;
export const used = [offset, severity, possible, inlineCheck];

// @ts-expect-error a text or files, nothing else
check(7);
// @ts-expect-error no such kind
check('', { kind: 'cobol' });
