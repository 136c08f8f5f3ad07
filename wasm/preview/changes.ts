// What the edit would do to each key of the baseline, in the words that matter to the key's owner.

import type { FieldChange, KeyChange } from 'descope-keys';

import { element, inCode } from './dom';

type Effect = Exclude<KeyChange['effect'], 'none'>;

const words: Record<Effect, { name: string; meaning: string }> = {
  replace: { name: 'KEY REPLACED', meaning: 'A new key with a new secret. Whoever uses the present secret is locked out.' },
  update: { name: 'UPDATED IN PLACE', meaning: 'The key and its secret stay.' },
  create: { name: 'CREATED', meaning: 'A new key with a new secret.' },
  delete: { name: 'DELETED', meaning: 'The key goes. Whoever uses its secret is locked out.' },
};

export function listChanges(list: HTMLElement, changes: KeyChange[]): void {
  list.replaceChildren(
    ...changes.flatMap((change) => (change.possible_effect === 'none' ? [] : [entry(change, change.possible_effect)])),
  );
}

function entry({ resource, effect, fields }: KeyChange, possible: Effect): HTMLElement {
  const { name, meaning } = words[possible];
  const certain = effect === possible;
  const made = element(
    'li',
    `key ${certain ? possible : 'perhaps'}`,
    element(
      'p',
      'title',
      element('code', '', resource),
      element('strong', 'effect', certain ? name : `PERHAPS ${name}`),
    ),
    element('p', 'meaning', certain ? meaning : `${meaning} It depends on a value that is not known here.`),
  );
  if (fields.length > 0) {
    made.append(element('ul', 'fields', ...fields.map((field) => fieldEntry(field, possible))));
  }
  return made;
}

function fieldEntry({ path, effect, old, new: next }: FieldChange, possible: Effect): HTMLElement {
  return element(
    'li',
    // Among the fields of a replaced key, those that force the replacement stand out.
    effect === possible ? 'decides' : '',
    element('code', 'path', path),
    element(
      'span',
      'values',
      element('del', '', ...inCode(old ?? 'not set')),
      element('span', 'arrow', ' → '),
      element('ins', '', ...inCode(next ?? 'not set')),
    ),
    element('span', 'means', effect === 'replace' ? 'needs a new key' : 'changes in place'),
  );
}
