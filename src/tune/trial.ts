/**
 * Products on trial: one shape, computed on a device by several variants from the same values, for their bits and for
 * the time they take. It judges nothing; tuner.ts does.
 */
import type { Device } from '../gpu/device.js';
import { denseForward, denseInputGradient, denseKernelGradient } from '../passes/dense.js';
import type { Pass } from '../passes/pass.js';
import { bucketOf, type ProductShape, type Variant, VARIANTS } from '../passes/products.js';
import type { Shaders } from '../passes/shaders.js';
import { Execution } from '../plan/execute.js';
import { f32, type Plan } from '../plan/plan.js';

export interface Trial {
  /** The result of a variant, as 32-bit words. */
  bits(variant: Variant): Promise<Uint32Array>;
  /** Milliseconds of one product, the mean of so many in one submit. */
  milliseconds(variant: Variant, repeats: number): Promise<number>;
  close(): void;
}

/** What a result holds before it is computed: a value that no variant leaves in a place it computes. */
const POISON = 12345.678;

/**
 * Sets the variants of one product up.
 * @param shaders another table serves to show that a wrong shader is found
 * @throws DeviceError if the device cannot do it
 */
export async function openTrial(
  device: Device,
  shape: ProductShape,
  variants: readonly Variant[],
  shaders?: Shaders,
): Promise<Trial> {
  const { rows, columns, inner } = shape;
  const plan = trialPlan(shape, variants);
  const values = {
    left: ramp(rows * inner, 7919),
    right: ramp((inner + 1) * columns, 6007),
    slope: ramp(rows * columns, 4001),
  };
  const contents = () => ({ data: values, state: {} });
  const execution = await Execution.create(device, plan, contents, shaders && { shaders });
  const poison = new Float32Array(rows * columns).fill(POISON);
  const passes = Object.fromEntries(variants.map((name) => [name, plan.programs[name]![0]!]));
  return {
    async bits(variant) {
      execution.write('result', poison);
      execution.runProgram(variant);
      const { result } = await execution.read(['result']);
      return new Uint32Array(result);
    },
    async milliseconds(variant, repeats) {
      const encoder = device.gpu.createCommandEncoder({ label: variant });
      const computePass = encoder.beginComputePass({ label: variant });
      for (let i = 0; i < repeats; i++) execution.encode(passes[variant]!, computePass);
      computePass.end();
      const started = performance.now();
      device.gpu.queue.submit([encoder.finish()]);
      // What is read back is small, and there after everything before it.
      await execution.read(['tick']);
      return (performance.now() - started) / repeats;
    },
    close: () => execution.destroy(),
  };
}

/** A plan of one program for each variant: the product alone. */
function trialPlan(shape: ProductShape, variants: readonly Variant[]): Plan {
  const { rows, columns, inner } = shape;
  const buffer = (name: string, ...size: number[]) => f32(name, size, 'model');
  return {
    schedule: 'layered',
    reason: 'products on trial',
    buffers: [
      buffer('left', rows, inner),
      buffer('right', inner + 1, columns),
      buffer('slope', rows, columns),
      buffer('result', rows, columns),
      buffer('tick', 1),
    ],
    parameters: [],
    programs: Object.fromEntries(variants.map((name) => [name, [trialPass(shape, name)]])),
    epoch: [],
    epochs: 1,
    steps: 0,
    train: undefined,
    validation: undefined,
    output: 'result',
  };
}

function trialPass(shape: ProductShape, variant: Variant): Pass {
  const { product, rows, columns, inner } = shape;
  const choices = { kind: VARIANTS[variant].kind, tuned: { [bucketOf(shape)]: variant } };
  switch (product) {
    case 'forward': {
      const sizes = { batch: rows, inputs: inner, units: columns, useBias: true, offset: 0 };
      return denseForward(variant, sizes, 'relu', { x: 'left', parameters: 'right', y: 'result' }, choices);
    }
    case 'inputGradient': {
      const sizes = { batch: rows, inputs: columns, units: inner, useBias: false, offset: 0 };
      const buffers = { dz: 'left', parameters: 'right', x: 'slope', dzBelow: 'result' };
      return denseInputGradient(variant, sizes, 'relu', buffers, choices);
    }
    case 'kernelGradient': {
      // The last row is the bias's.
      const sizes = { batch: inner, inputs: rows - 1, units: columns, useBias: true, offset: 0 };
      const buffers = { x: 'left', dz: 'right', gradients: 'result' };
      return denseKernelGradient(variant, sizes, false, buffers, choices);
    }
    default:
      return product satisfies never;
  }
}

/** Values in [−1, 1) of many digits, none like its neighbours. */
function ramp(count: number, step: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) => ((i * step) % 19_997) / 9998.5 - 1);
}
