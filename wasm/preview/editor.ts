// The editor area: CodeMirror, dressed in the page's own colours.

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Finding } from 'descope-keys';

import { hcl } from './hcl';
import type { Language } from './language';

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.keyword], color: 'var(--good)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', flex: '1', minWidth: '0', backgroundColor: 'var(--paper)', color: 'var(--ink)', fontSize: '14px' },
  // The frame around the editor shows the focus.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--code)', lineHeight: '1.6' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--accent)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--quiet)', border: 'none', paddingLeft: '8px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--ground) 60%, transparent)' },
  '& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'transparent', outline: '1px solid var(--quiet)' },
  '.cm-lint-marker': { width: '8px', height: '8px', margin: '6px 3px', borderRadius: '50%' },
  '.cm-lint-marker-error': { content: 'normal', backgroundColor: 'var(--error)' },
  '.cm-lint-marker-warning': { content: 'normal', backgroundColor: 'var(--warning)' },
  '.cm-lint-marker-info': { content: 'normal', backgroundColor: 'var(--note)' },
  '.cm-tooltip': { backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: '6px' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--error) 1.5px', textUnderlineOffset: '4px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warning) 1.5px', textUnderlineOffset: '4px' },
  '.cm-lintRange-info': { backgroundImage: 'none', textDecoration: 'underline dotted var(--note) 1.5px', textUnderlineOffset: '4px' },
  '.cm-diagnostic': { borderLeftWidth: '3px', padding: '6px 12px', fontFamily: 'system-ui, sans-serif' },
});

export class Editor {
  readonly #view: EditorView;
  readonly #language = new Compartment();

  /** `changed` is told of each new text. */
  constructor(parent: HTMLElement, text: string, language: Language, nonce: string, changed: () => void) {
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of({ 'aria-label': 'Declaration' }),
          lineNumbers(),
          lintGutter(),
          EditorView.lineWrapping,
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of('  '),
          bracketMatching(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          syntaxHighlighting(colours),
          // Tab is left alone, so that the keyboard can leave the editor.
          keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
          this.#language.of(support(language)),
          theme,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed();
          }),
        ],
      }),
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  set text(text: string) {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  set language(language: Language) {
    this.#view.dispatch({ effects: this.#language.reconfigure(support(language)) });
  }

  /** Underlines the findings; they must be those of the present text. */
  underline(findings: Finding[]): void {
    this.#view.dispatch(setDiagnostics(this.#view.state, findings.map(diagnostic)));
  }

  /** Puts the cursor at a UTF-16 offset, in sight. */
  jump(offset: number): void {
    this.#view.dispatch({
      selection: { anchor: offset },
      effects: EditorView.scrollIntoView(offset, { y: 'center' }),
    });
    this.#view.focus();
  }
}

function support(language: Language) {
  return language === 'pulumi' ? yaml() : hcl;
}

function diagnostic({ start, end, severity, rule, message, help }: Finding): Diagnostic {
  return {
    from: start.utf16,
    to: end.utf16,
    severity: severity === 'note' ? 'info' : severity,
    source: rule,
    message: help ? `${message}\n${help}` : message,
  };
}
