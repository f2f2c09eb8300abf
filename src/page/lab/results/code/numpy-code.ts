/**
 * A run as a script of NumPy alone, forward and backward pass written out as in the tutorial. NumPy's generator is the one that IDLI's
 * first weights come from, so such a script starts from the same weights. For dense layers and plain training; else it says what it lacks.
 */
import type { Activation } from '../../../../core/activations.js';
import type { DenseLayer, KernelInitializer } from '../../../../core/model.js';
import type { LabRun } from '../../lab-state.js';
import type { CodeFacts } from './code-facts.js';
import { comments, python } from './literals.js';
import { DATA_REMARK } from './python-parts.js';

/** Rows that stand in the script itself, at most. */
const MOST_ROWS = 40;

/** y of z, and dy/dz by z and y. */
const ACTIVATIONS: Readonly<Partial<Record<Activation, readonly [value: string, slope: string]>>> = {
  linear: ['z', '1'],
  sigmoid: ['1 / (1 + np.exp(-z))', 'y * (1 - y)'],
  tanh: ['np.tanh(z)', '1 - y**2'],
  relu: ['np.maximum(z, 0)', '(z > 0)'],
  leakyRelu: ['np.where(z > 0, z, 0.2 * z)', 'np.where(z > 0, 1, 0.2)'],
  elu: ['np.where(z > 0, z, np.expm1(np.minimum(z, 0)))', 'np.where(z > 0, 1, y + 1)'],
  softmax: ['softmax(z)', ''],
};

export function numpyCode(facts: CodeFacts): string {
  const lacks = lacksOf(facts);
  const remarks = [
    'pip install numpy',
    ...(lacks.length > 0
      ? [
          `This run has more than a short script of NumPy can show: ${lacks.join(', ')}.`,
          'Keras and PyTorch have it; take one of those.',
        ]
      : []),
  ];
  if (lacks.length > 0) return [...comments('#', remarks), ''].join('\n');
  const { model, training, widths, rows, batch } = facts;
  const layers = model.layers as readonly DenseLayer[];
  const isSum = training.loss.name === 'halfSumSquaredError';
  const used = new Set(layers.map(({ activation }) => activation));
  const isDrawnNormal = layers.some(({ kernelInitializer: { name } }) => /(glorot|he|lecun)Normal/.test(name));
  const isWhole = batch === rows.train;
  return [
    ...comments('#', [
      ...remarks,
      isWhole || !training.shuffle
        ? 'It starts from the same first weights as the lab, and trains in float64 as its reference does.'
        : 'It starts from the same first weights as the lab; the rows come in another order.',
    ]),
    'import numpy as np',
    '',
    `np.random.seed(${model.seed})`,
    '',
    ...dataLines(facts),
    '',
    ...(isDrawnNormal ? TRUNCATED_LINES : []),
    ...(used.has('softmax') ? SOFTMAX_LINES : []),
    '# The first weights: a kernel (inputs, units) for each layer, drawn row by row.',
    'kernels = [',
    ...layers.map((layer, l) => `    ${kernelText(layer.kernelInitializer, widths[l]!, layer.units)},`),
    ']',
    ...(layers.some(({ useBias }) => useBias)
      ? [`biases = [${layers.map(({ units }) => `np.zeros(${units})`).join(', ')}]`]
      : []),
    `rate = ${training.optimizer.learningRate}`,
    '',
    `for epoch in range(1, ${training.epochs} + 1):`,
    ...(isWhole ? [] : [`    order = ${training.shuffle ? 'np.random.permutation(len(x))' : 'np.arange(len(x))'}`]),
    ...(isWhole
      ? epochLines(facts, layers, '    ', 'x', 'y', isSum)
      : [
          '    total = 0',
          `    for first in range(0, len(x), ${batch}):`,
          `        some = order[first : first + ${batch}]`,
          ...epochLines(facts, layers, '        ', 'x[some]', 'y[some]', isSum),
          `        total += loss${isSum ? '' : ' * len(some)'}`,
        ]),
    `    print(f"epoch {epoch} loss {${isWhole ? 'loss' : isSum ? 'total' : 'total / len(x)'}:.8f}")`,
    '',
  ].join('\n');
}

function lacksOf({ model, training, hasRowWeights }: CodeFacts): string[] {
  const others = model.layers.filter(({ type }) => type !== 'dense');
  const dense = model.layers.filter((layer) => layer.type === 'dense');
  const { loss, optimizer } = training;
  const isCrossentropy = loss.name.endsWith('rossentropy');
  const last = dense.at(-1)?.activation;
  const wanted = loss.name === 'binaryCrossentropy' ? 'sigmoid' : 'softmax';
  const unknown = dense.filter(
    ({ activation }, l) => !ACTIVATIONS[activation] || (activation === 'softmax' && l < dense.length - 1),
  );
  const isPlain = optimizer.name === 'sgd' && optimizer.momentum === 0 && optimizer.weightDecay === 0;
  const { learningRateSchedule: schedule } = training;
  return [
    ...new Set([
      ...others.map(({ type }) => `a layer ${type}`),
      ...unknown.map(({ activation }) => `the activation ${activation}`),
      ...(dense.some(({ kernelInitializer: { name } }) => name === 'orthogonal') ? ['orthogonal first weights'] : []),
      ...(model.weights ? ['given first weights'] : []),
      ...(dense.some(({ kernelRegularizer: { l1, l2 } }) => l1 > 0 || l2 > 0) ? ['a penalty on weights'] : []),
      ...(loss.name === 'huber' || loss.name === 'meanAbsoluteError' ? [`the loss ${loss.name}`] : []),
      ...(isCrossentropy && last !== wanted ? [`${loss.name} of another last activation than ${wanted}`] : []),
      ...(!isCrossentropy && last === 'softmax' ? ['softmax with a loss of its own slope'] : []),
      ...(isPlain
        ? []
        : [`the optimizer ${optimizer.name}${optimizer.name === 'sgd' ? ' with momentum or weight decay' : ''}`]),
      ...(schedule.name === 'constant' && schedule.warmupSteps === 0 ? [] : ['a learning rate that changes']),
      ...(training.clipNorm === undefined && training.clipValue === undefined ? [] : ['clipped gradients']),
      ...(training.gradientAccumulationSteps > 1 ? ['accumulated gradients'] : []),
      ...(training.earlyStopping ? ['early stopping'] : []),
      ...(training.classWeight || hasRowWeights ? ['rows that count differently'] : []),
    ]),
  ];
}

function dataLines({ run, rows }: CodeFacts): string[] {
  const { data } = run as { readonly data: Extract<LabRun['data'], { readonly x: unknown }> };
  const isWritten =
    Array.isArray(data.x) && Array.isArray(data.y) && data.x.length === rows.train && rows.train <= MOST_ROWS;
  if (isWritten)
    return [`x = np.array(${python(data.x)}, dtype=float)`, `y = np.array(${python(data.y)}, dtype=float)`];
  return [
    ...comments('#', [DATA_REMARK]),
    'data = np.load("data.npz")',
    'x, y = data["x"].astype(float), data["y"].astype(float)',
  ];
}

const SOFTMAX_LINES = [
  '',
  'def softmax(z):',
  '    e = np.exp(z - z.max(axis=1, keepdims=True))',
  '    return e / e.sum(axis=1, keepdims=True)',
  '',
  '',
];

const TRUNCATED_LINES = [
  '',
  'def truncated(variance, inputs, units):',
  '    """Normal, cut at two deviations, with this variance after the cut."""',
  '    kernel = np.empty(inputs * units)',
  '    for i in range(len(kernel)):',
  '        kernel[i] = np.random.normal()',
  '        while abs(kernel[i]) > 2:',
  '            kernel[i] = np.random.normal()',
  '    return np.sqrt(variance) / 0.87962566103423978 * kernel.reshape(inputs, units)',
  '',
  '',
];

function kernelText(initializer: KernelInitializer, inputs: number, units: number): string {
  const shape = `(${inputs}, ${units})`;
  const within = (square: string) => `np.random.uniform(-np.sqrt(${square}), np.sqrt(${square}), ${shape})`;
  switch (initializer.name) {
    case 'zeros':
      return `np.zeros(${shape})`;
    case 'ones':
      return `np.ones(${shape})`;
    case 'constant':
      return `np.full(${shape}, ${initializer.value})`;
    case 'randomUniform':
      return `np.random.uniform(${initializer.minval}, ${initializer.maxval}, ${shape})`;
    case 'randomNormal':
      return `np.random.normal(${initializer.mean}, ${initializer.stddev}, ${shape})`;
    case 'glorotUniform':
      return within(`6 / ${inputs + units}`);
    case 'heUniform':
      return within(`6 / ${inputs}`);
    case 'lecunUniform':
      return within(`3 / ${inputs}`);
    case 'glorotNormal':
      return `truncated(2 / ${inputs + units}, ${inputs}, ${units})`;
    case 'heNormal':
      return `truncated(2 / ${inputs}, ${inputs}, ${units})`;
    case 'lecunNormal':
      return `truncated(1 / ${inputs}, ${inputs}, ${units})`;
    case 'orthogonal':
      return `np.zeros(${shape})`;
    default:
      return initializer satisfies never;
  }
}

/** Forward, loss, backward, update of one batch. */
function epochLines(
  { training, widths }: CodeFacts,
  layers: readonly DenseLayer[],
  pad: string,
  x: string,
  t: string,
  isSum: boolean,
): string[] {
  const count = layers.length;
  const outputs = widths.at(-1)!;
  const z = (l: number) => `z${l + 1}`;
  const y = (l: number) => (l < 0 ? 'y0' : `y${l + 1}`);
  const written = (text: string, l: number) => text.replaceAll(/\bz\b/g, z(l)).replaceAll(/\by\b/g, y(l));
  const forward = layers.flatMap((layer, l) => [
    `${z(l)} = ${y(l - 1)} @ kernels[${l}]${layer.useBias ? ` + biases[${l}]` : ''}`,
    `${y(l)} = ${written(ACTIVATIONS[layer.activation]![0], l)}`,
  ]);
  const isFused = training.loss.name.endsWith('rossentropy');
  const last = count - 1;
  const backward = layers
    .map((layer, l) => ({ layer, l }))
    .toReversed()
    .flatMap(({ layer, l }) => {
      const slope = written(ACTIVATIONS[layer.activation]![1], l);
      const isOne = layer.activation === 'linear' || (isFused && l === last);
      const dy = l === last ? 'dy' : `(dz${l + 2} @ kernels[${l + 1}].T)`;
      return [
        `dz${l + 1} = ${l === last && isFused ? 'dy' : dy}${isOne ? '' : ` * ${slope.includes('(') || !/[+-]/.test(slope) ? slope : `(${slope})`}`}`,
      ];
    });
  const update = layers.flatMap((layer, l) => [
    `kernels[${l}] -= rate * (${y(l - 1)}.T @ dz${l + 1})`,
    ...(layer.useBias ? [`biases[${l}] -= rate * dz${l + 1}.sum(axis=0)`] : []),
  ]);
  const mean = isSum ? '' : ' / len(t)';
  return [
    `y0, t = ${x}, ${t}`,
    ...forward,
    ...lossLines(training.loss.name, y(last), z(last), outputs, mean),
    ...backward,
    ...update,
  ].map((line) => pad + line);
}

function lossLines(name: string, y: string, z: string, outputs: number, mean: string): string[] {
  const each = outputs === 1 ? '' : ` / ${outputs}`;
  switch (name) {
    case 'halfSumSquaredError':
      return [`loss = 0.5 * ((${y} - t) ** 2).sum()`, `dy = ${y} - t`];
    case 'meanSquaredError':
      return [`loss = ((${y} - t) ** 2).mean()`, `dy = 2 * (${y} - t)${each}${mean}`];
    case 'binaryCrossentropy':
      return [
        `loss = (np.maximum(${z}, 0) - ${z} * t + np.log1p(np.exp(-np.abs(${z})))).mean()`,
        `dy = (${y} - t)${each}${mean}`,
      ];
    case 'categoricalCrossentropy':
      return [
        `loss = -(t * np.log(np.clip(${y}, 1e-300, 1))).sum(axis=1).mean()`,
        `dy = (${y} * t.sum(axis=1, keepdims=True) - t)${mean}`,
      ];
    default:
      return [
        `t = np.eye(${outputs})[t[:, 0].astype(int)]`,
        `loss = -(t * np.log(np.clip(${y}, 1e-300, 1))).sum(axis=1).mean()`,
        `dy = (${y} - t)${mean}`,
      ];
  }
}
