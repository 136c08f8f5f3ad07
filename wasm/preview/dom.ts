// Elements without markup in strings: a text from a declaration can only ever become text.

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element \`${id}\``);
  return found as T;
}

/** Text in which backticks mark values, as in every message of the core. */
export function inCode(text: string): (Node | string)[] {
  return text.split('`').map((part, index) => (index % 2 ? element('code', '', part) : part));
}
