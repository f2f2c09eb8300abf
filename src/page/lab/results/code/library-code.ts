/** A run in calls of IDLI's own library: it trains to the same bits as the lab, on the same backend. What has its default is left out. */
import type { Layer } from '../../../../core/model.js';
import { parseModel, parseSettings } from '../../../../core/run.js';
import type { LearningRateSchedule, Optimizer, TrainingSettings } from '../../../../core/training.js';
import { kindOf } from '../../../../data/document.js';
import type { CodeFacts } from './code-facts.js';
import { Call, comments, js } from './literals.js';

/** Given weights with more numbers come from the run's own file. */
const MOST_NUMBERS = 2000;

export function libraryCode(facts: CodeFacts): string {
  const { run, model, training, widths, rows, hasRowWeights, backend, schedule } = facts;
  const kind = kindOf(run.data);
  const hasFiles = kind !== undefined && kind !== 'synthetic';
  const names = new Set(['loadRun', 'sequential']);
  const call = (name: string, options: Readonly<Record<string, unknown>> | undefined, first?: string) => {
    names.add(name.split('.')[0]!);
    const given = options && Object.values(options).some((value) => value !== undefined) ? [js(options, 2)] : [];
    return new Call(`${name}(${[...(first === undefined ? [] : [first]), ...given].join(', ')})`);
  };
  const layers = model.layers.map((layer) => `  ${layerCall(layer, call).text},`);
  const settings = trainingFields(training, call);
  const usesSplit = training.validationSplit > 0;
  const parts = [
    'train',
    ...(rows.validation > 0 && !usesSplit ? ['validation'] : []),
    ...(rows.test > 0 ? ['test'] : []),
  ];
  const fit = [
    '  ...training,',
    ...(parts.includes('validation') ? ['  validationData: [validation.x, validation.y],'] : []),
    ...(hasRowWeights ? ['  sampleWeight: train.weights,'] : []),
    ...(backend === 'auto' ? [] : [`  backend: ${js(backend)},`]),
    ...(schedule ? [`  schedule: ${js(schedule)},`] : []),
  ];
  const lines = [
    ...comments('//', [
      'npm install idli',
      ...(backend === 'cpu'
        ? []
        : [
            `${hasFiles ? 'For Node, with npm install webgpu:' : 'It runs in a browser as it stands. In Node: npm install webgpu,'}`,
            "import { openNodeGpu } from 'idli/node', and gpu: (await openNodeGpu()).gpu in the options of fit.",
          ]),
    ]),
    `import { ${[...names].toSorted((a, b) => a.localeCompare(b)).join(', ')} } from 'idli';`,
    ...(hasFiles ? [`import { fileOpener } from 'idli/node';`] : []),
    '',
    'const layers = [',
    ...layers,
    '];',
    `const training = ${js(settings)};`,
    '',
    ...comments('//', [
      hasFiles
        ? 'The rows, split, encoded and scaled as in the lab. The files are looked for in this folder.'
        : 'The rows, split, encoded and scaled as in the lab.',
    ]),
    `const { ${parts.join(', ')} } = await loadRun(${hasFiles ? '\n  ' : ''}{`,
    ...indented(
      [`data: ${js(run.data, 2)},`, `model: { seed: ${model.seed}, layers },`, 'training,'],
      hasFiles ? 4 : 2,
    ),
    ...(hasFiles ? ['  },', `  { opener: fileOpener('.') },`, ');'] : ['});']),
    '',
    `const model = sequential(layers, { inputs: ${widths[0]}, seed: ${model.seed} });`,
    ...givenWeightLines(facts),
    'const history = await model.fit(train.x, train.y, {',
    ...fit,
    '});',
    `console.log('loss', history.loss.at(-1));`,
    ...(rows.test > 0 ? [`console.log('test', await model.evaluate(test.x, test.y));`] : []),
    '',
  ];
  return lines.join('\n');
}

function indented(lines: readonly string[], spaces: number): string[] {
  const pad = ' '.repeat(spaces);
  return lines.map((line) => pad + (spaces === 2 ? line : line.replaceAll('\n', '\n  ')));
}

function givenWeightLines({ model }: CodeFacts): string[] {
  if (!model.weights) return [];
  const text = js(model.weights);
  const count = text.split(',').length;
  if (count <= MOST_NUMBERS) return [`model.setWeights(${text});`];
  return [
    '// The run starts from given weights, too many to stand here: save it as run.json beside this script.',
    `const { default: run } = await import('./run.json', { with: { type: 'json' } });`,
    'model.setWeights(run.model.weights);',
  ];
}

type MakeCall = (name: string, options: Readonly<Record<string, unknown>> | undefined, first?: string) => Call;

function layerCall(layer: Layer, call: MakeCall): Call {
  switch (layer.type) {
    case 'dense': {
      const { type, units, kernelInitializer, kernelRegularizer, ...plain } = layer;
      const base = parseModel({ layers: [{ units }] }).layers[0] as typeof layer;
      const own = parseModel({ layers: [{ units, kernelInitializer: nameable(kernelInitializer.name) }] }).layers[0];
      const usual = own as typeof layer;
      const isPlain = same(usual.kernelInitializer, kernelInitializer);
      const initializer = isPlain ? kernelInitializer.name : kernelInitializer;
      const penalty = changed(kernelRegularizer, base.kernelRegularizer);
      const options = {
        ...changed(plain, base),
        kernelInitializer: same(initializer, base.kernelInitializer.name) ? undefined : initializer,
        kernelRegularizer: Object.keys(penalty).length > 0 ? penalty : undefined,
      };
      return call(type, options, String(units));
    }
    case 'dropout':
      return call('dropout', undefined, js(layer.rate));
    case 'batchNormalization':
    case 'layerNormalization': {
      const { type, ...settings } = layer;
      const base = parseModel({ layers: [{ units: 1 }, { type }] }).layers[1] as typeof layer;
      return call(type, changed(settings, base));
    }
    case 'activation':
      return call('activation', undefined, js(layer.activation));
    default:
      return layer satisfies never;
  }
}

/** The name alone stands for the defaults of that initializer. */
function nameable(name: string): { readonly name: string } {
  return { name };
}

function trainingFields(training: TrainingSettings, call: MakeCall): Readonly<Record<string, unknown>> {
  const { loss, optimizer, learningRateSchedule, metrics, earlyStopping, ...others } = training;
  const usual = parseTraining({ loss: loss.name });
  const plain = changed(others, usual);
  const { name: lossName, ...lossOptions } = loss;
  const lossIsPlain = same(loss, usual.loss);
  return {
    loss: lossIsPlain ? lossName : { name: lossName, ...lossOptions },
    optimizer: optimizerCall(optimizer, call),
    learningRateSchedule: scheduleCall(learningRateSchedule, call),
    ...plain,
    metrics: same(metrics, usual.metrics)
      ? undefined
      : metrics.map((metric) => (Object.keys(metric).length === 1 ? metric.name : metric)),
    earlyStopping:
      earlyStopping &&
      call('earlyStopping', changed(earlyStopping, { patience: 0, minDelta: 0, restoreBestWeights: false })),
  };
}

function optimizerCall({ name, ...settings }: Optimizer, call: MakeCall): Call {
  return call(name, changed(settings, parseTraining({ loss: 'meanSquaredError', optimizer: name }).optimizer));
}

function scheduleCall(schedule: LearningRateSchedule, call: MakeCall): Call | undefined {
  const { name, ...settings } = schedule;
  if (name === 'constant' && 'warmupSteps' in settings && settings.warmupSteps === 0) return undefined;
  return call(`schedules.${name}`, changed(settings, { warmupSteps: name === 'linearWarmup' ? undefined : 0 }));
}

function parseTraining(training: unknown): TrainingSettings {
  return parseSettings({ model: { layers: [{ units: 1 }] }, training }).training;
}

/** The fields that are not as usual. */
function changed(value: object, usual: object): Record<string, unknown> {
  const defaults = usual as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(value).filter(([key, field]) => !same(field, defaults[key])));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
