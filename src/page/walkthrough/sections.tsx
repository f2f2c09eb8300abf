/** The tutorial's steps in order: for each a short text, a formula, the passes that do it, and the code that says so. */
import type { ComponentChildren } from 'preact';
import type { Excerpt } from './code-texts.js';
import data from './formulas/data.tex';
import deltas from './formulas/deltas.tex';
import error from './formulas/error.tex';
import forward from './formulas/forward.tex';
import gradients from './formulas/gradients.tex';
import update from './formulas/update.tex';
import weights from './formulas/weights.tex';

/** Matrices that one pass writes, or that are there from the start. */
export interface Figure {
  readonly pass?: string;
  readonly results: readonly string[];
  /** A word before the matrices. */
  readonly lead?: string;
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly text: ComponentChildren;
  readonly formula: string;
  readonly figures: readonly Figure[];
  readonly code: {
    readonly numpy: string;
    readonly reference: readonly Excerpt[];
    /** Whose shader is shown. */
    readonly pass?: string;
    readonly instead?: string;
  };
}

const DENSE = 'src/reference/dense.ts';
const MATRIX = 'src/reference/matrix.ts';
const LOSS = 'src/reference/loss.ts';

export const STEPS: readonly Step[] = [
  {
    id: 'data',
    title: 'The data',
    text: 'Each row of x is an example: three numbers that go in. Beside it, t says what should come out. The network is not told the rule; it has to find it in these four rows. (It is: the answer is the first number.)',
    formula: data,
    figures: [{ results: ['x', 'targets'] }],
    code: {
      numpy:
        'x = np.array([[0, 0, 1],\n              [0, 1, 1],\n              [1, 0, 1],\n              [1, 1, 1]])\nt = np.array([[0, 0, 1, 1]]).T',
      reference: [{ file: 'src/runs/article.ts', name: 'article' }],
      instead: 'No shader yet: the host writes x and t into two buffers, once.',
    },
  },
  {
    id: 'weights',
    title: 'Random weights',
    text: 'A weight says how much one number counts for another. Nobody knows good weights yet, so they are drawn at random between −1 and 1: twelve from the inputs to four hidden units, four from there to the output. A seed draws the same weights every time, here and in NumPy.',
    formula: weights,
    figures: [{ results: ['layers.0.kernel', 'layers.1.kernel'] }],
    code: {
      numpy: 'np.random.seed(1)\nw0 = 2 * np.random.random((3, 4)) - 1\nw1 = 2 * np.random.random((4, 1)) - 1',
      reference: [
        { file: 'src/core/initializers.ts', name: 'drawKernel', only: 'randomUniform' },
        { file: 'src/core/random.ts', name: 'numpyRandom' },
      ],
      instead: 'No shader yet: the host draws them in 64 bits and writes them, rounded to 32, into one buffer.',
    },
  },
  {
    id: 'forward',
    title: 'Forward',
    text: 'A unit multiplies each number that reaches it by a weight and adds up: a dot product. The sigmoid then squashes the sum to between 0 and 1. Four hidden units do this with the inputs, and the output unit does it with what they say.',
    formula: forward,
    figures: [
      { pass: 'layers.0 forward', results: ['layers.0.y'] },
      { pass: 'layers.1 forward', results: ['layers.1.y'] },
    ],
    code: {
      numpy: 'y0 = 1 / (1 + np.exp(-np.dot(x, w0)))\ny1 = 1 / (1 + np.exp(-np.dot(y0, w1)))',
      reference: [
        { file: DENSE, name: 'denseForward' },
        { file: DENSE, name: 'denseLinear' },
        { file: MATRIX, name: 'product' },
        { file: 'src/reference/activation.ts', name: 'sigmoid' },
      ],
      pass: 'layers.0 forward',
    },
  },
  {
    id: 'error',
    title: 'The error',
    text: 'The output should be t, and is not. Half the squared distance, added up over the examples, is the loss: one number for how wrong the network is. Training is nothing but making it smaller.',
    formula: error,
    figures: [
      { pass: 'loss', results: ['loss'] },
      { pass: 'absolute error', results: ['absolute error'] },
    ],
    code: {
      numpy: 'loss = 0.5 * np.sum((y1 - t) ** 2)',
      reference: [{ file: LOSS, name: 'exampleLosses', only: 'halfSumSquaredError' }],
      pass: 'loss',
    },
  },
  {
    id: 'deltas',
    title: 'Deltas',
    text: 'A delta says which way, and how strongly, a unit’s sum should have been different. At the output it is the error times the sigmoid’s slope, y (1 − y). A hidden unit gets the output’s delta back through the weight between them, times its own slope: the error is handed back to where it came from.',
    formula: deltas,
    figures: [
      {
        pass: 'loss',
        results: ['layers.1.dz'],
        lead: 'The pass that sums up the loss leaves the first delta as well.',
      },
      { pass: 'layers.1 input gradient', results: ['layers.0.dz'] },
    ],
    code: {
      numpy: 'd1 = (y1 - t) * y1 * (1 - y1)\nd0 = np.dot(d1, w1.T) * y0 * (1 - y0)',
      reference: [
        { file: LOSS, name: 'lossGradient', only: 'halfSumSquaredError' },
        { file: DENSE, name: 'denseInputGradient' },
        { file: MATRIX, name: 'productTransposedRight' },
      ],
      pass: 'layers.1 input gradient',
    },
  },
  {
    id: 'gradients',
    title: 'Gradients',
    text: 'How much of that is each weight’s doing? What came in through it, times the delta it led to, added up over the examples: its gradient. It says by how much the loss would rise if the weight rose a little.',
    formula: gradients,
    figures: [
      { pass: 'layers.1 kernel gradient', results: ['layers.1.dkernel'] },
      { pass: 'layers.0 kernel gradient', results: ['layers.0.dkernel'] },
    ],
    code: {
      numpy: 'dw1 = np.dot(y0.T, d1)\ndw0 = np.dot(x.T, d0)',
      reference: [
        { file: DENSE, name: 'denseKernelGradient' },
        { file: MATRIX, name: 'productTransposedLeft' },
      ],
      pass: 'layers.0 kernel gradient',
    },
  },
  {
    id: 'update',
    title: 'The update',
    text: 'The gradient points uphill, so each weight goes a step the other way; the learning rate says how long a step. First the loss is noted down, then all sixteen weights move at once, and the network is a little less wrong.',
    formula: update,
    figures: [
      { pass: 'log', results: [], lead: 'It writes the loss into the log that the curve below is drawn from.' },
      { pass: 'update', results: ['layers.1.kernel', 'layers.0.kernel'] },
    ],
    code: {
      numpy: 'w1 -= 1.0 * dw1\nw0 -= 1.0 * dw0',
      reference: [{ file: 'src/reference/optimizer.ts', name: 'updateParameters', only: 'sgd' }],
      pass: 'update',
    },
  },
];

/** The code of all epochs. */
export const EPOCHS_CODE: Step['code'] = {
  numpy:
    'for epoch in range(50):\n    y0 = sigmoid(np.dot(x, w0))\n    y1 = sigmoid(np.dot(y0, w1))\n    d1 = (y1 - t) * y1 * (1 - y1)\n    d0 = np.dot(d1, w1.T) * y0 * (1 - y0)\n    w1 -= np.dot(y0.T, d1)\n    w0 -= np.dot(x.T, d0)',
  reference: [
    { file: 'src/reference/training.ts', name: 'trainTask' },
    { file: 'src/reference/training.ts', name: 'trainReference' },
  ],
  pass: 'log',
};
