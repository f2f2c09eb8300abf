/**
 * What the shaders declare, by name (the descriptors of their pass files), and where their texts come from: those of a
 * schedule are loaded together, when a device is first set up for it. It decides nothing.
 */
import { batchInterfaces } from './batches.js';
import { denseInterfaces } from './dense.js';
import { elementwiseInterfaces } from './elementwise.js';
import { gradientInterfaces } from './gradients.js';
import { logInterfaces } from './log.js';
import { lossInterfaces } from './loss.js';
import { metricInterfaces } from './metrics.js';
import { normalizationInterfaces } from './normalization.js';
import { optimizerInterfaces } from './optimizer.js';
import { inStorageInterface, persistentInterface } from './persistent.js';
import { rateInterfaces } from './rates.js';
import type { ShaderInterface } from './pass.js';
import type { LoopShader, PassShader, ShaderName } from './shader-names.js';

export const INTERFACES: Readonly<Record<ShaderName, ShaderInterface>> = {
  ...denseInterfaces,
  ...elementwiseInterfaces,
  ...normalizationInterfaces,
  ...lossInterfaces,
  ...logInterfaces,
  ...metricInterfaces,
  ...batchInterfaces,
  ...gradientInterfaces,
  ...rateInterfaces,
  ...optimizerInterfaces,
  persistent: persistentInterface,
  persistent_in_storage: inStorageInterface,
};

export interface Shader extends ShaderInterface {
  /** Plain WGSL with one entry point, `main`. */
  readonly code: string;
  /** Instead of `code`, where WORKGROUP is 1: of those that every training has, a text that is compiled sooner. */
  readonly alone?: string | undefined;
}

/** Every shader. */
export type Shaders = Readonly<Record<ShaderName, Shader>>;

/** Shaders of passes that are dispatches of their own: these at least. What few trainings have is in a pack of its own. */
export async function loadPassShaders(names: readonly PassShader[]): Promise<Readonly<Record<PassShader, Shader>>> {
  const usual = (await import('../../shaders/layered.pack')).default;
  if (names.every((name) => name in usual)) return withTexts<PassShader>(usual);
  const others = (await import('../../shaders/layered_others.pack')).default;
  return withTexts<PassShader>({ ...usual, ...others });
}

/** The two of the persistent schedule. */
export async function loadLoopShaders(): Promise<Readonly<Record<LoopShader, Shader>>> {
  return withTexts<LoopShader>((await import('../../shaders/persistent.pack')).default);
}

/** Both packs, or another pair of texts, as shaders: texts by the names of files, with the condition they are linked under. */
export function withTexts<N extends ShaderName>(texts: Readonly<Record<string, string>>): Readonly<Record<N, Shader>> {
  const names = (Object.keys(INTERFACES) as ShaderName[]).filter((name) => fileOf(name) in texts);
  return Object.fromEntries(
    names.map((name) => {
      const file = fileOf(name);
      return [name, { code: texts[file]!, alone: texts[`${file}?alone`], ...INTERFACES[name] }];
    }),
  ) as unknown as Readonly<Record<N, Shader>>;
}

function fileOf(name: ShaderName): string {
  return name === 'persistent_in_storage' ? 'persistent?inStorage' : name;
}

/** The text of a pass's shader that its constants ask for. */
export function codeOf({ code, alone }: Shader, constants: Readonly<Record<string, number>>): string {
  return constants['WORKGROUP'] === 1 ? (alone ?? code) : code;
}
