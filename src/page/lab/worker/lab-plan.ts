/**
 * Says what a network takes before anybody trains it: the plan for this device, or why there is none, and the first weights as far as
 * they are drawn. It needs the sizes of the data only.
 */
import { initialWeights } from '../../../core/initializers.js';
import type { ModelSettings } from '../../../core/model.js';
import { parseSettings } from '../../../core/run.js';
import { DEFAULT_BATCH_SIZE } from '../../../core/training.js';
import { adapterText, openDevice } from '../../../gpu/device.js';
import { type DataShape, planOfShape } from '../../../model/plan-of-shape.js';
import { checkLimits } from '../../../plan/check-limits.js';
import { maxBindingBytes, type PlanLimits, workgroupLimits } from '../../../plan/limits.js';
import type { PlanOptions } from '../../../plan/schedule.js';
import { sizesOf } from '../network/layer-facts.js';
import type { LookRequest, NetworkLook } from '../network/look.js';
import { factsOf } from '../network/plan-facts.js';
import { pickWeights, stagesOf } from '../network/stages.js';
import { problemOf } from '../problem.js';
import { withFittingBatch } from '../../../trainer/fitting-batch.js';

/** More first weights are not drawn ahead of a training: they would take seconds. */
const MOST_FIRST = 2 ** 21;
/** Multiplications of orthogonal first weights, likewise. */
const MOST_ORTHOGONAL = 2 ** 28;

interface DeviceFacts {
  readonly adapter: string;
  readonly limits: PlanLimits;
  readonly options: PlanOptions;
}

export class LabPlan {
  #device: Promise<DeviceFacts | undefined> | undefined;

  async look({ model: document, training, inputs, shape, backend, schedule }: LookRequest): Promise<NetworkLook> {
    const settings = parseSettings({ model: document, training });
    const { model } = settings;
    const device = backend === 'cpu' ? undefined : await (this.#device ??= readDevice());
    const planned = shape && planFor(settings, shape, device, schedule);
    const refusal = planned?.refusal;
    const stages = stagesOf(model.layers, inputs);
    const first = refusal || !canDraw(model, inputs) ? undefined : pickWeights(stages, initialWeights(model, inputs));
    return {
      model: document,
      layers: model.layers,
      inputs,
      first,
      plan: planned?.plan,
      adapter: device?.adapter,
      refusal,
    };
  }
}

/** A plan that is larger than the device is one still, and is shown with what is wrong about it. */
function planFor(
  settings: ReturnType<typeof parseSettings>,
  shape: DataShape,
  device: DeviceFacts | undefined,
  schedule: LookRequest['schedule'],
): Pick<NetworkLook, 'plan' | 'refusal'> {
  let facts: NetworkLook['plan'];
  const asked = settings.training.batchSize ?? DEFAULT_BATCH_SIZE;
  const refusal = withFittingBatch(asked, (batchSize) => {
    const training = { ...settings.training, batchSize };
    const plan = planOfShape({ ...settings, training }, shape, { ...device?.options, schedule });
    if (batchSize === asked) facts = factsOf(plan);
    if (device) checkLimits(plan, device.limits);
  });
  return { plan: facts, refusal: refusal && problemOf(refusal) };
}

/** Limits stay as they are, so the device is given back at once. */
async function readDevice(): Promise<DeviceFacts | undefined> {
  // Where there is no device, the training says so; the plan is that of any device then.
  const device = await openDevice(navigator.gpu).catch(() => undefined);
  if (!device) return undefined;
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = device.gpu.limits;
  const limits = { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension };
  const options = { maxBindingBytes: maxBindingBytes(limits), workgroup: workgroupLimits(device) };
  const adapter = adapterText(device.adapter);
  device.close();
  return { adapter, limits, options };
}

function canDraw({ layers }: ModelSettings, inputs: number): boolean {
  const { layers: sizes, trainable } = sizesOf(layers, inputs);
  const work = layers.reduce((sum, layer, l) => {
    if (layer.type !== 'dense' || layer.kernelInitializer.name !== 'orthogonal') return sum;
    const rows = l === 0 ? inputs : sizes[l - 1]!.outputs;
    return sum + Math.min(rows, layer.units) ** 2 * Math.max(rows, layer.units);
  }, 0);
  return trainable <= MOST_FIRST && work <= MOST_ORTHOGONAL;
}
