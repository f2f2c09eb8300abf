/**
 * Which engines the GPU tests run on, read from `IDLI_ENGINES` (for example `node,chromium,firefox`).
 *
 * An engine that was asked for runs or fails; without the variable Node and Chromium are asked for,
 * and Firefox runs where it is found. It refuses an engine that it does not know.
 */
export type BrowserEngine = 'chromium' | 'firefox';
export type Engine = 'node' | BrowserEngine;

export const ENGINES: readonly Engine[] = ['node', 'chromium', 'firefox'];

export interface EngineChoice {
  /** Their absence is a failure. */
  demanded: readonly Engine[];
  /** Whether the choice was made by hand. */
  explicit: boolean;
}

export function chosenEngines(variable: string | undefined = process.env['IDLI_ENGINES']): EngineChoice {
  const names = (variable ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return { demanded: ['node', 'chromium'], explicit: false };
  const unknown = names.find((name) => !isEngine(name));
  if (unknown !== undefined) {
    throw new Error(`IDLI_ENGINES names "${unknown}"; it may name ${ENGINES.join(', ')}, with commas between`);
  }
  return { demanded: names.filter(isEngine), explicit: true };
}

function isEngine(name: string): name is Engine {
  return ENGINES.some((engine) => engine === name);
}
