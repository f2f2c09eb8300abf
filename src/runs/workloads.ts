/**
 * The list of what a benchmark measures, on the page as in bench/. Sizes and epochs stand here and nowhere else; it
 * measures nothing itself.
 */
import { digits, spirals, tutorial } from './workload-tasks.js';
import type { ProductSize, TrainingWorkload } from './workload.js';

export const TRAININGS: readonly TrainingWorkload[] = [
  {
    ...{ id: 'a', title: '3-4-1 sigmoid network, 50 epochs, each with its loss', make: tutorial },
    ...{ epochs: 50, timing: 'whole', checkedEpochs: 50 },
  },
  {
    ...{ id: 'b', title: '3-4-1 sigmoid network, 5,000 epochs, each with its loss', make: tutorial },
    ...{ epochs: 5000, timing: 'whole', checkedEpochs: 5000 },
  },
  {
    ...{ id: 'c', title: '2-16-16-1 tanh network, 500 points, Adam, batch 32, 20 epochs', make: spirals },
    ...{ epochs: 20, timing: 'whole', checkedEpochs: 20 },
  },
  {
    ...{ id: 'd', title: '784-256-128-10 ReLU network, SGD, batch 128, one step' },
    make: () => digits(128, 8, { name: 'sgd', learningRate: 0.05 }),
    ...{ epochs: 1, timing: 'steps', checkedEpochs: 2 },
  },
  {
    ...{ id: 'e', title: '784-256-128-10 ReLU network, Adam, batch 1000, one step' },
    make: () => digits(1000, 2, { name: 'adam', learningRate: 0.001 }),
    ...{ epochs: 1, timing: 'steps', checkedEpochs: 2 },
  },
];

/** How far losses, or products, may be from the float64 reference's, relative; what is further off is not timed. */
export const TOLERANCE = 1e-4;

export const PRODUCTS: readonly ProductSize[] = [
  { rows: 512, inner: 512, columns: 512 },
  { rows: 1024, inner: 1024, columns: 1024 },
  { rows: 128, inner: 784, columns: 256 },
];

/** Only where the adapter is not a software one: it would take minutes there. */
export const LARGE_PRODUCT: ProductSize = { rows: 4096, inner: 4096, columns: 4096 };

export const PRODUCT_TITLE = 'matrix products in float32';
export const START_TITLE = 'start-up: from navigation to the loss of the first epoch of the 3-4-1 network';
/** The loss of the first epoch of the 3-4-1 network, before any update. */
export const FIRST_LOSS = 0.43943512;
