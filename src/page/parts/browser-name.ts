/** A browser and its system in a few words, by what it says of itself. A pure function; unknown ones are called that. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  // In this order: most say that they are several.
  ['Edge', /\bEdgA?\/(\d+)/],
  ['Opera', /\bOPR\/(\d+)/],
  ['Firefox', /\bFirefox\/(\d+)/],
  ['Chrome', /\b(?:Headless)?Chrome\/(\d+)/],
  ['Safari', /\bVersion\/(\d+(?:\.\d+)?).*\bSafari\//],
];

const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['ChromeOS', /CrOS/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['Linux', /Linux/],
];

/** `Firefox 145 on Windows` */
export function browserName(userAgent: string): string {
  const found = BROWSERS.flatMap(([name, pattern]) => {
    const version = pattern.exec(userAgent)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  });
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  return `${found[0] ?? 'an unknown browser'}${system === undefined ? '' : ` on ${system}`}`;
}
