/**
 * A run as a short script for PyTorch: the network, its first weights, and a loop that one can read. The export for PyTorch has more
 * (trained weights, several processes); this is to learn from and to change. What the script has not is said in a comment.
 */
import type { Activation } from '../../../../core/activations.js';
import type { Layer } from '../../../../core/model.js';
import type { Loss } from '../../../../core/training.js';
import type { CodeFacts } from './code-facts.js';
import { comments } from './literals.js';
import { DATA_REMARK, hasRateFactor, rateFactorLines } from './python-parts.js';
import { initializerLines, usesTruncated } from './pytorch-initializers.js';
import {
  decayLines,
  isMonitored,
  isSum,
  measureLines,
  optimizerCall,
  plateauLines,
  rowLoss,
  rowWeights,
  scheduleLines,
  stoppingLines,
} from './pytorch-training.js';

const MODULES: Readonly<Record<Activation, string>> = {
  linear: 'nn.Identity()',
  sigmoid: 'nn.Sigmoid()',
  tanh: 'nn.Tanh()',
  relu: 'nn.ReLU()',
  leakyRelu: 'nn.LeakyReLU(0.2)',
  elu: 'nn.ELU()',
  gelu: 'nn.GELU()',
  geluTanh: 'nn.GELU(approximate="tanh")',
  silu: 'nn.SiLU()',
  softplus: 'nn.Softplus()',
  softmax: 'nn.Softmax(dim=1)',
};

export function pytorchCode(facts: CodeFacts): string {
  const { model, training, widths, rows } = facts;
  const fused = fusedActivation(model.layers, training.loss);
  const modules = modulesOf(model.layers, widths, fused !== undefined);
  const kernels = modules.flatMap(({ layer }, place) => (layer?.type === 'dense' ? [{ layer, place }] : []));
  const hasValidation = rows.validation > 0;
  const isTruncated = usesTruncated(kernels.map(({ layer }) => layer));
  const needsMath = isTruncated || hasRateFactor(training.learningRateSchedule) || training.earlyStopping !== undefined;
  const names = [
    'x',
    'y',
    ...(hasValidation ? ['x_val', 'y_val'] : []),
    ...(rows.test > 0 ? ['x_test', 'y_test'] : []),
  ];
  const names2 = names.map((name) => `"${name}"`).join(', ');
  return [
    ...comments('#', remarksOf(facts, fused)),
    ...(needsMath ? ['import math', ''] : []),
    'import numpy as np',
    'import torch',
    'import torch.nn.functional as F',
    'from torch import nn',
    '',
    `torch.manual_seed(${model.seed})`,
    '',
    ...comments('#', [DATA_REMARK]),
    'data = np.load("data.npz")',
    `${names.join(', ')} = (torch.from_numpy(data[name]) for name in (${names2}))`,
    `weights = ${rowWeights(facts)}`,
    '',
    'net = nn.Sequential(',
    ...modules.map(({ text }) => `    ${text},`),
    ')',
    ...initializerLines(kernels),
    ...(hasRateFactor(training.learningRateSchedule)
      ? ['', '', ...rateFactorLines(training.learningRateSchedule, facts), '', '']
      : ['']),
    `rate = ${training.optimizer.learningRate}`,
    `optimizer = ${optimizerCall(training.optimizer)}`,
    ...scheduleLines(training),
    '',
    '',
    'def row_losses(out, target):',
    '    """The loss of each row."""',
    `    return ${rowLoss(training.loss, fused)}`,
    '',
    '',
    ...measureLines(facts, fused),
    ...(training.earlyStopping ? ['best, waited, best_state = math.inf, 0, None'] : []),
    `batch = ${facts.batch * training.gradientAccumulationSteps}`,
    `for epoch in range(1, ${training.epochs} + 1):`,
    '    net.train()',
    `    order = ${training.shuffle ? 'torch.randperm(len(x))' : 'torch.arange(len(x))'}`,
    '    for some in order.split(batch):',
    `        loss = (weights[some] * row_losses(net(x[some]), y[some])).${isSum(training.loss) ? 'sum' : 'mean'}()`,
    ...kernels.flatMap(
      ({
        layer: {
          kernelRegularizer: { l1, l2 },
        },
        place,
      }) => [
        ...(l1 > 0 ? [`        loss = loss + ${l1} * net[${place}].weight.abs().sum()`] : []),
        ...(l2 > 0 ? [`        loss = loss + ${l2} * (net[${place}].weight ** 2).sum()`] : []),
      ],
    ),
    '        optimizer.zero_grad()',
    '        loss.backward()',
    ...(training.clipNorm === undefined
      ? []
      : [`        nn.utils.clip_grad_norm_(net.parameters(), ${training.clipNorm})`]),
    ...(training.clipValue === undefined
      ? []
      : [`        nn.utils.clip_grad_value_(net.parameters(), ${training.clipValue})`]),
    ...decayLines(training.optimizer),
    '        optimizer.step()',
    ...(hasRateFactor(training.learningRateSchedule) ? ['        scheduler.step()'] : []),
    '    found = measure(x, y)',
    ...(hasValidation
      ? ['    found.update({f"val_{name}": value for name, value in measure(x_val, y_val).items()})']
      : []),
    '    print(f"epoch {epoch}", *(f"{name} {value:.6g}" for name, value in found.items()))',
    ...plateauLines(training, hasValidation),
    ...stoppingLines(training, hasValidation),
    ...(rows.test > 0 ? ['', 'print("test", measure(x_test, y_test))'] : []),
    '',
  ].join('\n');
}

function remarksOf({ model, training, rows }: CodeFacts, fused: string | undefined): string[] {
  const known = ['accuracy', 'binaryAccuracy', 'categoricalAccuracy', 'sparseCategoricalAccuracy'];
  const lost = training.metrics.filter(({ name }) => !known.includes(name) && !/^mean/.test(name));
  const { earlyStopping, learningRateSchedule: schedule } = training;
  const monitor = earlyStopping?.monitor;
  return [
    'pip install torch numpy',
    'The same network and training as in the lab; PyTorch draws other first weights, so the curves are alike and not the same.',
    ...(fused
      ? [
          `The network ends before its ${fused}, which the loss takes in: ${fused === 'sigmoid' ? 'torch.sigmoid(net(x))' : 'net(x).softmax(1)'} are the probabilities.`,
        ]
      : []),
    ...(model.weights ? ['The run starts from given weights, which are not in this script.'] : []),
    ...(lost.length > 0 ? [`Not measured here: ${lost.map(({ name }) => name).join(', ')}.`] : []),
    ...(model.layers.some(({ type }) => type === 'batchNormalization')
      ? ['PyTorch’s moving variance takes n / (n - 1) of a batch’s, IDLI’s the variance as it is.']
      : []),
    ...(training.gradientAccumulationSteps > 1
      ? ['Batches whose gradients make one update are one batch here, which comes to the same.']
      : []),
    ...(monitor !== undefined && !isMonitored(monitor, rows.validation > 0)
      ? ['Early stopping watches the loss here; what the run watches is not measured in this script.']
      : []),
    ...(schedule.name === 'reduceOnPlateau' && schedule.cooldown > 0
      ? ['PyTorch’s plateaus count from one epoch later after a cooldown.']
      : []),
  ];
}

interface Module {
  readonly text: string;
  readonly layer: Layer | undefined;
}

/** An activation is a module of its own, except that linear is none. */
function modulesOf(layers: readonly Layer[], widths: readonly number[], isFused: boolean): Module[] {
  const modules = layers.flatMap((layer, l): Module[] => {
    const activation = 'activation' in layer && layer.activation !== 'linear' ? [layer.activation] : [];
    const after = activation.map((name) => ({ text: MODULES[name], layer: undefined }));
    const own = moduleText(layer, widths[l]!);
    return [...(own ? [{ text: own, layer }] : []), ...after];
  });
  return isFused ? modules.slice(0, -1) : modules;
}

function moduleText(layer: Layer, inputs: number): string | undefined {
  switch (layer.type) {
    case 'dense':
      return `nn.Linear(${inputs}, ${layer.units}${layer.useBias ? '' : ', bias=False'})`;
    case 'dropout':
      return `nn.Dropout(${layer.rate})`;
    case 'batchNormalization':
      return `nn.BatchNorm1d(${inputs}, eps=${layer.epsilon}, momentum=1 - ${layer.momentum})`;
    case 'layerNormalization':
      return `nn.LayerNorm(${inputs}, eps=${layer.epsilon})`;
    case 'activation':
      return layer.activation === 'linear' ? 'nn.Identity()' : undefined;
    default:
      return layer satisfies never;
  }
}

/** The last activation, where the loss takes it in: nothing is rounded to 0 or 1 then. */
function fusedActivation(layers: readonly Layer[], { name }: Loss): 'sigmoid' | 'softmax' | undefined {
  const last = layers.at(-1)!;
  if (!('activation' in last) || !name.endsWith('rossentropy')) return undefined;
  const wanted = name === 'binaryCrossentropy' ? 'sigmoid' : 'softmax';
  return last.activation === wanted ? wanted : undefined;
}
