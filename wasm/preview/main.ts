// The preview: an editor, what the core says of its text, and what the edit would do to the keys of a pinned
// baseline.

import { check, diff, init } from 'descope-keys';

import pulumiExample from '../../examples/pulumi/Pulumi.yaml';
import terraformExample from '../../examples/terraform/main.tf';

import { listChanges } from './changes';
import { byId } from './dom';
import { Editor } from './editor';
import { listFindings } from './findings';
import { filenames, guess, type Language } from './language';
import { summarise } from './summary';

/** Long enough for a burst of typing, too short to be waited for. */
const PAUSE_MS = 80;

const examples: Record<Language, string> = { pulumi: pulumiExample, terraform: terraformExample };

await init();

let language: Language = 'pulumi';
let baseline = examples[language];
let timer = 0;

const nonce = document.querySelector('style')?.nonce ?? '';
const editor = new Editor(byId('editor'), baseline, language, nonce, () => {
  clearTimeout(timer);
  timer = window.setTimeout(refresh, PAUSE_MS);
});

function refresh(): void {
  const text = editor.text;
  follow(text);
  const options = { filename: filenames[language] };
  const report = check(text, options);
  summarise(byId('summary'), report);
  editor.underline(report.findings);
  listFindings(list('findings'), report.findings, (offset) => editor.jump(offset));
  byId('findings').hidden = report.findings.length === 0;
  const { changes } = diff(baseline, text, options);
  listChanges(list('changes'), changes);
  byId('baseline').textContent = describe(text, changes.some(({ possible_effect }) => possible_effect !== 'none'));
}

function describe(text: string, changed: boolean): string {
  if (text === baseline) return 'This text is the baseline. Edit it to see what would become of each key.';
  return changed ? 'Deployed over the baseline, this text would mean:' : 'No key would change.';
}

/** Lets the language follow the choice, or the text where there is none. */
function follow(text: string): void {
  const choice = document.querySelector<HTMLInputElement>('#language :checked')?.value;
  const next = choice === 'pulumi' || choice === 'terraform' ? choice : guess(text);
  if (next === language) return;
  language = next;
  editor.language = next;
  byId('filename').textContent = filenames[next];
}

byId('language').addEventListener('change', () => {
  const before = language;
  follow(editor.text);
  // An example that nobody touched is shown in the language that was asked for.
  if (editor.text === examples[before] && baseline === examples[before]) {
    baseline = examples[language];
    editor.text = baseline;
  }
  refresh();
});

byId('pin').addEventListener('click', () => {
  baseline = editor.text;
  refresh();
});

refresh();

function list(section: string): HTMLElement {
  return byId(section).querySelector('ol') as HTMLElement;
}
