/** The texts of the shaders that a plan runs, by their names, as the device is given them: for whoever wants to name them exactly. */
import { codeOf, loadLoopShaders, loadPassShaders } from '../passes/shaders.js';
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
