/**
 * A pass that is wrong as one HTML page: who opens it in a browser has the pass done there and reads whether it is wrong there too; the
 * shader and its numbers stand in it. It carries all it needs and asks for nothing. It writes no file.
 */
import type { Reproduction } from '../verify/report.js';
import { jsonText, markup, rawElement, textOf } from './html.js';
import runner from './reproduction-runner.js?raw';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow: auto; border: 1px solid; padding: 1rem; font-size: 0.85rem; }
dt { font-weight: 600; }
dd { margin: 0 0 0.5rem; }
`;

export function reproductionPage({ storage, uniforms, ...found }: Reproduction): string {
  const { pass, shader, adapter, code, wrong } = found;
  const data = {
    ...found,
    uniforms: base64(new Uint8Array(uniforms.buffer, uniforms.byteOffset, uniforms.byteLength)),
    storage: storage.map(({ content, ...one }) => ({ ...one, content: base64(new Uint8Array(content)) })),
  };
  const { buffer, index, got, want, bound } = wrong;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A pass that is wrong: ${pass}</title>
${rawElement('style', STYLE)}
</head>
<body>
<h1>A pass that is wrong: ${pass}</h1>
<p>One compute pass of a training with IDLI wrote a value that is out of its bound. This page does the very same pass on your GPU.</p>
<dl>
<dt>On ${adapter}</dt><dd>${buffer}[${index}] was ${got}, where ${want} is wanted and a difference of ${bound} allowed.</dd>
<dt>On <span id="adapter">your GPU</span></dt><dd id="verdict" role="status">…</dd>
</dl>
<h2>The shader, ${shader}</h2>
<pre>${code}</pre>
<script type="application/json" id="data">${jsonText(data)}</script>
${rawElement('script', runner)}
</body>
</html>
`;
  return textOf(page);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
