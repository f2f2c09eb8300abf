/**
 * Finished trainings for tests of the report page: really trained, by the reference, and dressed as the GPU's, since no
 * test of the page asks where a number comes from.
 */
import type { ReportInput } from '../../src/cli/report-input.js';
import type { RunDocument } from '../../src/core/run.js';
import { parseRun } from '../../src/core/run.js';
import { numpyRandom } from '../../src/core/random.js';
import { taskOf } from '../../src/core/task.js';
import type { TrainingDocument } from '../../src/core/training.js';
import { type Training, trainOnCpu } from '../../src/trainer/train.js';
import { compareCurves } from '../../src/verify/curves.js';
import { VerificationRecord } from '../../src/verify/record.js';
import type { PassParity } from '../../src/verify/report.js';

/** Sixty points around three centres, with classes, mini-batches and a validation split. */
export function clouds(training: Partial<TrainingDocument> = {}): RunDocument {
  const random = numpyRandom(5);
  const centres = [[-1, 0], [1, 1], [0, -1]]; // prettier-ignore
  const y = Array.from({ length: 60 }, (_, row) => row % 3);
  return {
    data: { x: y.map((label) => centres[label]!.map((c) => c + 0.9 * (random() - 0.5))), y: y.map((label) => [label]) },
    model: {
      seed: 2,
      layers: [
        { units: 8, activation: 'relu' },
        { units: 3, activation: 'softmax' },
      ],
    },
    training: {
      loss: 'sparseCategoricalCrossentropy',
      optimizer: { name: 'adam', learningRate: 0.02 },
      epochs: 12,
      batchSize: 16,
      validationSplit: 0.2,
      metrics: ['accuracy', 'confusionMatrix'],
      ...training,
    },
  };
}

/** A training of the run, by the reference. */
export async function trainedAlone(document: RunDocument): Promise<ReportInput> {
  const task = taskOf(parseRun(document));
  const training = await trainOnCpu(task);
  return { task, training, reference: training, curves: compareCurves(training, training), document };
}

/** The same as if a GPU had trained it, each number of the history a little off. */
export async function trainedTwice(document: RunDocument): Promise<ReportInput> {
  const alone = await trainedAlone(document);
  const moved = (values: readonly number[]) => values.map((value, i) => value + 1e-8 * (i % 3));
  const { loss, ...others } = alone.training.history;
  const history: Training['history'] = {
    loss: moved(loss),
    ...Object.fromEntries(Object.entries(others).map(([key, values]) => [key, moved(values)])),
  };
  const comparison = {
    ok: true,
    maxDifference: 3e-8,
    shareOfBound: 0.25,
    worst: { index: 0, got: 1, want: 1, bound: 1 },
  };
  const training: Training = {
    ...alone.training,
    backend: 'webgpu',
    adapter: { vendor: 'acme', architecture: 'two', description: 'Acme Two', isFallback: false },
    verification: verificationOf({
      ...comparison,
      ...{ computed: 42, pass: 'layers.0 forward', shader: 'dense_forward', program: 'train', isBeyond: false },
      buffer: 'layers.0.y',
    }),
    history,
  };
  return { ...alone, training, curves: compareCurves(training, alone.reference!) };
}

/** Of one check of one buffer. */
function verificationOf(parity: PassParity): Training['verification'] {
  const record = new VerificationRecord('sample');
  record.add([parity], { epoch: 0, turn: 0, step: 0 }, 1);
  return record.verification;
}
