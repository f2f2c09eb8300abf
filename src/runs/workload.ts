/**
 * What a workload of the benchmark is: plain data that every contestant is handed, and nothing of any library. Weights and data are
 * float32, row by row; shapes as in the library: x (rows, inputs), kernel (inputs, units).
 */
export const WORKLOAD_IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
export type WorkloadId = (typeof WORKLOAD_IDS)[number];

export type Values = Float32Array<ArrayBuffer>;

export interface DenseSpec {
  readonly units: number;
  readonly activation: 'sigmoid' | 'tanh' | 'relu' | 'softmax';
  readonly useBias: boolean;
}

export interface TrainingTask {
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: number;
  readonly x: Values;
  /** (rows, outputs); of classes one-hot. */
  readonly y: Values;
  readonly layers: readonly DenseSpec[];
  /** The first weights, one entry a layer. */
  readonly weights: readonly { readonly kernel: Values; readonly bias?: Values }[];
  /** Half the sum over the batch, or the mean over the batch. */
  readonly loss: 'halfSumSquaredError' | 'binaryCrossentropy' | 'categoricalCrossentropy';
  readonly optimizer: { readonly name: 'sgd' | 'adam'; readonly learningRate: number };
  readonly batchSize: number;
}

export interface TrainingWorkload {
  readonly id: WorkloadId;
  readonly title: string;
  readonly make: () => TrainingTask;
  /** Epochs of a sample. With `steps` it is the least; short samples take more, and the time is divided by the steps. */
  readonly epochs: number;
  /**
   * `whole`: from the host's arrays to all losses in hand. `steps`: the training alone, data on the device already,
   * to all losses in hand, divided by the steps.
   */
  readonly timing: 'whole' | 'steps';
  /** How many epochs' losses are compared, where a run has so many. */
  readonly checkedEpochs: number;
}

export interface ProductSize {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

export function stepsOfEpoch({ rows, batchSize }: Pick<TrainingTask, 'rows' | 'batchSize'>): number {
  return Math.ceil(rows / batchSize);
}
