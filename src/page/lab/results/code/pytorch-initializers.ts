/** How first weights are drawn, in PyTorch: the distributions of Keras, whose normal ones are cut at two deviations. */
import type { DenseLayer, KernelInitializer } from '../../../../core/model.js';

interface Kernel {
  readonly layer: DenseLayer;
  /** Among the modules. */
  readonly place: number;
}

export function usesTruncated(layers: readonly DenseLayer[]): boolean {
  return layers.some(({ kernelInitializer: { name } }) => TRUNCATED.has(name));
}

/** The square of the deviation of n inputs and m units. */
const TRUNCATED: ReadonlyMap<string, string> = new Map([
  ['glorotNormal', '2 / (weight.shape[0] + weight.shape[1])'],
  ['heNormal', '2 / weight.shape[1]'],
  ['lecunNormal', '1 / weight.shape[1]'],
]);

/** Lines that give every kernel its first values, and every bias zeros; in a loop where all are drawn alike. */
export function initializerLines(kernels: readonly Kernel[]): string[] {
  const [first] = kernels;
  if (!first) return [];
  const truncated = usesTruncated(kernels.map(({ layer }) => layer)) ? TRUNCATED_LINES : [];
  const key = ({ layer: { kernelInitializer } }: Kernel) => JSON.stringify(kernelInitializer);
  const areAlike = kernels.every((kernel) => key(kernel) === key(first));
  const lines = areAlike
    ? [
        'for module in net:',
        '    if isinstance(module, nn.Linear):',
        `        ${drawn(first.layer.kernelInitializer, 'module.weight')}`,
        '        if module.bias is not None:',
        '            nn.init.zeros_(module.bias)',
      ]
    : kernels.flatMap(({ layer, place }) => [
        drawn(layer.kernelInitializer, `net[${place}].weight`),
        ...(layer.useBias ? [`nn.init.zeros_(net[${place}].bias)`] : []),
      ]);
  return [...truncated, '# First weights from the distributions of the run; biases start at zero.', ...lines];
}

const TRUNCATED_LINES = [
  '',
  '',
  'def truncated_(weight, variance):',
  '    """Normal, cut at two deviations, with this variance after the cut."""',
  '    deviation = math.sqrt(variance) / 0.87962566103423978',
  '    nn.init.trunc_normal_(weight, std=deviation, a=-2 * deviation, b=2 * deviation)',
  '',
  '',
];

function drawn(initializer: KernelInitializer, weight: string): string {
  const { name } = initializer;
  switch (initializer.name) {
    case 'zeros':
      return `nn.init.zeros_(${weight})`;
    case 'ones':
      return `nn.init.ones_(${weight})`;
    case 'constant':
      return `nn.init.constant_(${weight}, ${initializer.value})`;
    case 'randomUniform':
      return `nn.init.uniform_(${weight}, ${initializer.minval}, ${initializer.maxval})`;
    case 'randomNormal':
      return `nn.init.normal_(${weight}, ${initializer.mean}, ${initializer.stddev})`;
    case 'orthogonal':
      return `nn.init.orthogonal_(${weight}, gain=${initializer.gain})`;
    case 'glorotUniform':
      return `nn.init.xavier_uniform_(${weight})`;
    case 'heUniform':
      return `nn.init.kaiming_uniform_(${weight}, nonlinearity="relu")`;
    case 'lecunUniform':
      return `nn.init.kaiming_uniform_(${weight}, nonlinearity="linear")`;
    case 'glorotNormal':
    case 'heNormal':
    case 'lecunNormal':
      return `truncated_(${weight}, ${TRUNCATED.get(name)!.replaceAll('weight', weight)})`;
    default:
      return initializer satisfies never;
  }
}
