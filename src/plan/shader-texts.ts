/** The texts of the shaders that a plan runs, by their names, as the device is given them: for whoever wants to name them exactly. */
import { codeOf, loadLoopShaders, loadPassShaders, type Shader } from '../passes/shaders.js';
import { allPasses, type Plan } from './plan.js';

export async function shaderTexts(plan: Plan): Promise<Readonly<Record<string, string>>> {
  if (plan.loop) {
    const { shader } = plan.loop;
    return { [shader]: (await loadLoopShaders())[shader].code };
  }
  const passes = allPasses(plan);
  const shaders = await loadPassShaders(passes.map(({ shader }) => shader));
  return Object.fromEntries(passes.map(({ shader, constants }) => [shader, codeOf(shaders[shader], constants)]));
}

/** What a plan has compiled, each once: the text of a shader with its constants, in one text. */
export async function pipelineTexts(plan: Plan): Promise<string[]> {
  const { loop } = plan;
  const passes = allPasses(plan);
  const shaders: Readonly<Record<string, Shader>> = loop
    ? await loadLoopShaders()
    : await loadPassShaders(passes.map(({ shader }) => shader));
  const used = loop ? [loop] : passes;
  return [...new Set(used.map((one) => JSON.stringify([codeOf(shaders[one.shader]!, one.constants), one.constants])))];
}
