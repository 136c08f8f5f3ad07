// Colours for HCL: enough to read a declaration by. What it means is decided by the core.

import { StreamLanguage } from '@codemirror/language';

interface State {
  /** What is open at the end of a line. */
  open: 'comment' | 'heredoc' | null;
  /** The word that ends the open heredoc. */
  end: string;
}

export const hcl = StreamLanguage.define<State>({
  name: 'hcl',
  startState: () => ({ open: null, end: '' }),
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
  token(stream, state) {
    if (state.open === 'comment') {
      if (stream.skipTo('*/')) {
        stream.match('*/');
        state.open = null;
      } else {
        stream.skipToEnd();
      }
      return 'comment';
    }
    if (state.open === 'heredoc') {
      if (stream.string.trim() === state.end) state.open = null;
      stream.skipToEnd();
      return 'string';
    }
    if (stream.eatSpace()) return null;
    if (stream.match('/*')) {
      state.open = 'comment';
      return 'comment';
    }
    if (stream.match(/^(#|\/\/).*/)) return 'comment';
    const heredoc = stream.match(/^<<-?(\w+)/);
    if (heredoc && heredoc !== true) {
      state.open = 'heredoc';
      state.end = heredoc[1]!;
      return 'string';
    }
    if (stream.match(/^"([^"\\$]|\\.|\$(?!\{)|\$\{[^}]*\})*"?/)) return 'string';
    if (stream.match(/^\d+(\.\d+)?/)) return 'number';
    if (stream.match(/^(true|false|null)\b/)) return 'bool';
    if (stream.match(/^[A-Za-z_][\w-]*(?=\s*=[^=])/)) return 'propertyName';
    if (stream.match(/^(resource|variable|output|locals|provider|module|data|terraform)(?=\s*["{])/)) return 'keyword';
    if (stream.match(/^[A-Za-z_][\w-]*/)) return 'variableName';
    stream.next();
    return null;
  },
});
