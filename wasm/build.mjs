// The half of the packaging that is JavaScript: bundles the entries that must be one file, and the preview page.
// `node build.mjs STAGED_PACKAGE PREVIEW_FOLDER`, run by `cargo xtask package`.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [staged, preview] = process.argv.slice(2).map((folder) => resolve(folder));
const lib = join(staged, 'lib');

const common = { bundle: true, target: 'es2022', logLevel: 'warning', loader: { '.wasm': 'binary' } };

await build({
  ...common,
  entryPoints: [join(lib, 'node.js')],
  outfile: join(lib, 'node.cjs'),
  platform: 'node',
  format: 'cjs',
  define: { 'import.meta.url': 'here' },
  banner: { js: "const here = require('node:url').pathToFileURL(__filename);" },
});

await build({
  ...common,
  entryPoints: [join(lib, 'inline.js')],
  outfile: join(lib, 'inline.js'),
  allowOverwrite: true,
  format: 'esm',
});

const page = await build({
  ...common,
  entryPoints: [join(here, 'preview/main.ts')],
  format: 'esm',
  minify: true,
  write: false,
  legalComments: 'none',
  metafile: true,
  alias: { 'descope-keys': join(lib, 'inline.js') },
  loader: { '.yaml': 'text', '.tf': 'text' },
});
mkdirSync(preview, { recursive: true });
writeFileSync(join(preview, 'index.html'), html(page.outputFiles[0].text) + licences(page.metafile));

/** The licences of the libraries in the page, which ask to go with every copy. */
function licences({ inputs }) {
  const names = Object.keys(inputs).flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []);
  const texts = [...new Set(names)].sort().map((name) => {
    const text = readFileSync(join(here, 'node_modules', name, 'LICENSE'), 'utf8');
    return `${name}\n\n${text.trim().replaceAll('--', '- -')}\n`;
  });
  return `<!--\n${texts.join('\n')}-->\n`;
}

/** The page is one file, so that it can forbid itself every request and still be opened from a disk. */
function html(bundle) {
  const script = `\n${bundle.replaceAll('</script', '<\\/script')}`;
  const style = readFileSync(join(here, 'preview/style.css'), 'utf8');
  // The editor adds its own style element, whose text is known only at run time: hence a nonce for styles. Scripts
  // are bound by their hash.
  const nonce = createHash('sha256').update(style).digest('base64url').slice(0, 22);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}' 'wasm-unsafe-eval'`,
    `style-src 'nonce-${nonce}'`,
    // Browsers style what they edit themselves, as when a text replaces a selection. Such a style can load nothing.
    "style-src-attr 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts = {
    '<!--policy-->': `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<!--style-->': `<style nonce="${nonce}">\n${style}</style>`,
    '<!--script-->': `<script type="module">${script}</script>`,
  };
  return readFileSync(join(here, 'preview/index.html'), 'utf8').replace(/<!--\w+-->/g, (slot) => parts[slot]);
}
