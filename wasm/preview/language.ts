// Which of the languages a text is in. The file name that follows from it tells the core how to read the text.

export type Language = 'pulumi' | 'terraform';

export const filenames: Record<Language, string> = { pulumi: 'Pulumi.yaml', terraform: 'main.tf' };

/** A block such as `resource "…" "…" {` or `locals {` at the start of a line is never YAML. */
export function guess(text: string): Language {
  return /^\s*(resource|variable|output|locals|provider|module|data|terraform)\b[^:\n]*\{/m.test(text) ? 'terraform' : 'pulumi';
}
