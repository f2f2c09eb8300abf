/**
 * Vite plugin: makes `import html from '…/name.tex'` the formula as HTML and MathML, typeset by KaTeX when Vite builds, so
 * KaTeX's program never ships. A page whose policy forbids style attributes shows it too: they come as `data-style`, to be
 * set by script. Of KaTeX's own style sheet it keeps the fonts that every browser with WebGPU reads (woff2).
 */
import { readFile } from 'node:fs/promises';
import katex from 'katex';
import type { Plugin } from 'vite';

/** Older forms of a font, behind the first in its list. */
const OLDER_FONTS = /,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("?(?:woff|truetype)"?\)/g;

/** @param source TeX; a line of its own, without dollar signs */
export function formulaHtml(source: string): string {
  // Of KaTeX's HTML only attributes have a text of this kind in them.
  const html = katex.renderToString(source.trim(), { displayMode: true, throwOnError: true, strict: 'error' });
  return html.replaceAll(' style="', ' data-style="');
}

/** KaTeX's style sheet without the older forms of its fonts. */
export function withoutOlderFonts(css: string): string {
  return css.replaceAll(OLDER_FONTS, '');
}

export function tex(): Plugin {
  return {
    name: 'idli-tex',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('.tex')) return null;
      this.addWatchFile(id);
      const html = formulaHtml(await readFile(id, 'utf8'));
      return { code: `export default ${JSON.stringify(html)};`, moduleType: 'js' };
    },
    transform(code, id) {
      return /katex(\.min)?\.css(\?|$)/.test(id) ? withoutOlderFonts(code) : null;
    },
  };
}
