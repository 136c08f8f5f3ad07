// The state of the text in one line, and what that line rests on.

import type { Report } from 'descope-keys';

import { element } from './dom';

export function summarise(place: HTMLElement, { summary }: Report): void {
  const { keys, errors, warnings, notes, unknown_values: unknown } = summary;
  // A note is worth knowing, and no problem.
  const parts = [count(errors, 'error'), count(warnings, 'warning')].filter(Boolean);
  const level = errors ? 'error' : warnings ? 'warning' : 'good';
  const verdict = parts.join(', ') || (keys ? 'No problems' : 'No management key in this text');
  const rest = [count(notes, 'note'), count(keys, 'key')].filter(Boolean);
  if (unknown) rest.push(`${count(unknown, 'value')} not known before deployment`);
  // Only a new state is announced: the region is live, and every key press would otherwise be read out.
  const text = [verdict, ...rest].join(' · ');
  if (place.dataset['said'] === text) return;
  place.dataset['said'] = text;
  place.replaceChildren(element('strong', level, verdict), element('span', 'rest', rest.join(' · ')));
}

function count(number: number, what: string): string {
  return number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`;
}
