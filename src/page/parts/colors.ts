/** The style sheet's colours for what is drawn on a canvas. They are read at each drawing: schemes change. */

/** The colours by the names of their custom properties, for example `--gpu`. */
export type Palette = (name: string) => string;

/**
 * @param name of a custom property of tokens.css, for example `--gpu`
 * @param scheme in which it is wanted; without it that of the page now
 * @returns as `rgb(…)`
 */
export function colorOf(name: string, scheme?: 'light'): string {
  // A custom property itself is a text with both schemes in it; a property that uses it is resolved.
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  // Else the answer is one and the same colour where the system forces its own.
  probe.style.setProperty('forced-color-adjust', 'none');
  // The tokens are resolved anew there: on the root they have the page's scheme.
  if (scheme) probe.className = 'on-paper';
  probe.hidden = true;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** All colours of one scheme, each read once: for one drawing, or until `onColorsChange` tells of others. */
export function openPalette(scheme?: 'light'): Palette {
  const known = new Map<string, string>();
  return (name) => {
    const color = known.get(name) ?? colorOf(name, scheme);
    known.set(name, color);
    return color;
  };
}

/** Red, green and blue of a colour as `colorOf` gives it, 0 to 255. */
export function rgbOf(color: string): readonly [red: number, green: number, blue: number] {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** Calls back whenever the colours are others; the result ends it. */
export function onColorsChange(listener: () => void): () => void {
  const schemes = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query));
  for (const scheme of schemes) scheme.addEventListener('change', listener);
  addEventListener('themechange', listener);
  return () => {
    for (const scheme of schemes) scheme.removeEventListener('change', listener);
    removeEventListener('themechange', listener);
  };
}
