// The list of findings; each entry is a button that leads to its place.

import type { Finding } from 'descope-keys';

import { element, inCode } from './dom';

export function listFindings(list: HTMLElement, findings: Finding[], jump: (offset: number) => void): void {
  list.replaceChildren(...findings.map((finding) => entry(finding, jump)));
}

function entry({ rule, severity, message, help, resource, start }: Finding, jump: (offset: number) => void): HTMLElement {
  const button = element(
    'button',
    '',
    element('span', 'message', ...inCode(message)),
    element('code', 'place', `${start.line}:${start.column}`),
    element('span', 'what', element('b', '', severity), ` ${rule}${resource ? ` in ${resource}` : ''}`),
  );
  if (help) button.append(element('span', 'help', ...inCode(help)));
  button.type = 'button';
  button.addEventListener('click', () => jump(start.utf16));
  return element('li', severity, button);
}
