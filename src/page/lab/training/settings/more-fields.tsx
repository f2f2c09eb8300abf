/** What is rarely changed: order of the rows, clipping, weight decay, accumulation, the optimizer's small print. */
import { CheckField, NumberField, SelectField } from '../../../parts/fields.js';
import { optimizerOf, withFields, withOptimizer } from './document.js';
import { Fold } from '../../../parts/fold.js';
import { Numbers, rulesOf } from './numbers.js';
import { OPTIMIZERS } from './rules.js';
import { useTrainingSettings } from './use-settings.js';

type Clipping = 'none' | 'clipNorm' | 'clipValue';
const CLIPPINGS = [
  { value: 'none', text: 'none' },
  { value: 'clipNorm', text: 'by norm' },
  { value: 'clipValue', text: 'by value' },
] as const;

export function MoreFields() {
  const { training, change, problemAt } = useTrainingSettings();
  const { shuffle = true, gradientAccumulationSteps = 1, clipNorm, clipValue } = training;
  const optimizer = optimizerOf(training);
  const rare = rulesOf(OPTIMIZERS[optimizer.name].rules, true);
  const clipping: Clipping = clipNorm !== undefined ? 'clipNorm' : clipValue !== undefined ? 'clipValue' : 'none';
  const clip = (kind: Clipping, most: number) =>
    change((now) =>
      withFields(now, { clipNorm: undefined, clipValue: undefined, ...(kind !== 'none' && { [kind]: most }) }),
    );
  const said = [
    shuffle ? 'shuffled' : 'in order',
    ...(clipping === 'none' ? [] : ['clipped']),
    ...(gradientAccumulationSteps > 1 ? [`${gradientAccumulationSteps} batches an update`] : []),
  ];
  const paths = [
    'shuffle',
    'gradientAccumulationSteps',
    'clipNorm',
    'clipValue',
    ...Object.keys(rare).map((field) => `optimizer.${field}`),
  ];
  return (
    <Fold
      title="More"
      now={said.join(', ')}
      isWrong={paths.some((path) => problemAt(`training.${path}`) !== undefined)}
    >
      <CheckField
        label="Shuffle the rows each epoch"
        checked={shuffle}
        onChange={(isOn) => change((now) => withFields(now, { shuffle: isOn ? undefined : false }))}
      />
      <div class="fields pairs">
        <SelectField label="Clip gradients" value={clipping} options={CLIPPINGS} onChange={(kind) => clip(kind, 1)} />
        {clipping !== 'none' && (
          <NumberField
            label={clipping === 'clipNorm' ? 'Longest' : 'Largest'}
            min={0}
            above
            value={(clipNorm ?? clipValue)!}
            problem={problemAt(`training.${clipping}`)}
            onChange={(most) => clip(clipping, most)}
          />
        )}
        <Numbers
          key={optimizer.name}
          path="training.optimizer"
          rules={rare}
          values={optimizer}
          problemAt={problemAt}
          onChange={(field, value) => change((now) => withOptimizer(now, { ...optimizer, [field]: value }))}
        />
        <NumberField
          label="Batches an update"
          whole
          min={1}
          value={gradientAccumulationSteps}
          problem={problemAt('training.gradientAccumulationSteps')}
          onChange={(steps) =>
            change((now) => withFields(now, { gradientAccumulationSteps: steps === 1 ? undefined : steps }))
          }
        />
      </div>
    </Fold>
  );
}
