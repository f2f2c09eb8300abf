/**
 * Compiles a run to a plan: which buffers, which passes, in which order. A pure function of the run's
 * sizes and names; it reads no data, draws no weights and touches no device.
 */
import { inputsOf, type Run } from '../core/run.js';
import { RunError } from '../core/run-error.js';
import { counted } from '../core/text.js';
import { type DenseSizes, denseForward, denseInputGradient, denseKernelGradient, MAX_INNER } from '../passes/dense.js';
import { halfSumSquaredError, logEpoch, lossWorkgroups } from '../passes/loss.js';
import { sgd } from '../passes/optimizer.js';
import type { Pass } from '../passes/pass.js';
import type { ParameterRange, Plan, PlannedBuffer } from './plan.js';

/**
 * The `layered` schedule: per layer one forward pass and its gradient passes, one update pass for all.
 * @throws RunError if a product of the run is longer than a pass can sum up
 */
export function compilePlan(run: Run): Plan {
  checkInner(run);
  const { layers } = run.model;
  const { epochs } = run.training;
  const batch = run.data.x.length;
  const last = layers.length - 1;
  const outputs = layers[last]!.units;
  const { sizes, parameters, count } = layOutParameters(run, batch);

  const y = (l: number) => (l < 0 ? 'x' : `layers.${l}.y`);
  const dz = (l: number) => `layers.${l}.dz`;

  const forward = layers.map((layer, l): Pass => {
    const buffers = { x: y(l - 1), parameters: 'parameters', y: y(l) };
    return denseForward(`layers.${l} forward`, sizes[l]!, layer.activation, buffers);
  });

  const loss: Pass[] = [
    halfSumSquaredError('loss', batch * outputs, layers[last]!.activation, {
      y: y(last),
      targets: 'targets',
      dz: dz(last),
      partials: 'partials',
    }),
    logEpoch('log', batch * outputs, epochs, { partials: 'partials', state: 'state', epochLog: 'epochLog' }),
  ];

  const backward = layers
    .map((_, l): Pass[] => {
      const kernelGradient = denseKernelGradient(`layers.${l} kernel gradient`, sizes[l]!, {
        x: y(l - 1),
        dz: dz(l),
        gradients: 'gradients',
      });
      if (l === 0) return [kernelGradient];
      const inputGradient = denseInputGradient(`layers.${l} input gradient`, sizes[l]!, layers[l - 1]!.activation, {
        dz: dz(l),
        parameters: 'parameters',
        x: y(l - 1),
        dzBelow: dz(l - 1),
      });
      return [inputGradient, kernelGradient];
    })
    .reverse()
    .flat();

  const update = sgd('update', count, run.training.optimizer.learningRate, {
    gradients: 'gradients',
    parameters: 'parameters',
  });

  return {
    schedule: 'layered',
    reason: 'the schedule for networks of any size',
    buffers: [
      buffer('x', [batch, sizes[0]!.inputs], 'data.x'),
      buffer('targets', [batch, outputs], 'data.y'),
      buffer('parameters', [count], largestLayer(sizes)),
      buffer('gradients', [count], largestLayer(sizes)),
      ...layers.map(({ units }, l) => buffer(y(l), [batch, units], `model.layers[${l}].units`)),
      ...layers.map(({ units }, l) => buffer(dz(l), [batch, units], `model.layers[${l}].units`)),
      buffer('partials', [lossWorkgroups(batch * outputs), 2], 'data.y'),
      buffer('epochLog', [epochs, 2], 'training.epochs'),
      { name: 'state', type: 'u32', shape: [1], field: 'training' },
    ],
    parameters,
    passes: [...forward, ...loss, ...backward, update],
    steps: epochs,
    output: y(last),
  };
}

function checkInner(run: Run): void {
  const check = (field: string, found: number, noun: string) => {
    if (found <= MAX_INNER) return;
    throw new RunError(field, counted(found, noun), `at most ${MAX_INNER}, what one WebGPU pass can sum up`);
  };
  check('data.x', run.data.x.length, 'row');
  check('data.x[0]', inputsOf(run, 0), 'number');
  run.model.layers.forEach(({ units }, l) => check(`model.layers[${l}].units`, units, 'unit'));
}

/** Kernel, bias, kernel, bias, … in one flat buffer, each bias right behind its kernel. */
function layOutParameters(run: Run, batch: number) {
  const sizes: DenseSizes[] = [];
  const parameters: ParameterRange[] = [];
  let count = 0;
  run.model.layers.forEach(({ units, useBias }, l) => {
    const inputs = inputsOf(run, l);
    sizes.push({ batch, inputs, units, useBias, offset: count });
    parameters.push({ name: `layers.${l}.kernel`, offset: count, shape: [inputs, units] });
    count += inputs * units;
    if (useBias) {
      parameters.push({ name: `layers.${l}.bias`, offset: count, shape: [1, units] });
      count += units;
    }
  });
  return { sizes, parameters, count };
}

/** The field to name when the parameters are too many: the units of the layer that has most of them. */
function largestLayer(sizes: readonly DenseSizes[]): string {
  const kernels = sizes.map(({ inputs, units }) => inputs * units);
  return `model.layers[${kernels.indexOf(Math.max(...kernels))}].units`;
}

function buffer(name: string, shape: readonly number[], field: string): PlannedBuffer {
  return { name, type: 'f32', shape, field };
}
