/** What is changed most: loss, optimizer with its numbers, batch size, epochs, seed. */
import { LOSS_NAMES, OPTIMIZER_NAMES } from '../../../../core/training.js';
import { CheckField, NumberField, SelectField } from '../../../parts/fields.js';
import { useTrainingSettings } from './use-settings.js';
import { freshLoss, freshOptimizer, lossOf, optimizerOf, withFields, withLoss, withOptimizer } from './document.js';
import { Numbers, rulesOf } from './numbers.js';
import { LOSSES, OPTIMIZERS } from './rules.js';

const named = <N extends string>(names: readonly N[], table: Readonly<Record<N, { readonly text: string }>>) =>
  names.map((value) => ({ value, text: table[value].text }));
/** Those of the table come in the order in which they are reached for. */
const LOSS_OPTIONS = named(
  (Object.keys(LOSSES) as (keyof typeof LOSSES)[]).filter((name) => LOSS_NAMES.includes(name)),
  LOSSES,
);
const OPTIMIZER_OPTIONS = named(OPTIMIZER_NAMES, OPTIMIZERS);
const MOST_SEED = 2 ** 32 - 1;

export function MainFields() {
  const { training, model, change, changeModel, problemAt, outputs } = useTrainingSettings();
  const loss = lossOf(training);
  const optimizer = optimizerOf(training);
  return (
    <>
      <div class="fields">
        <SelectField
          label="Loss"
          value={loss.name}
          options={LOSS_OPTIONS}
          problem={problemAt('training.loss')}
          onChange={(name) => change((now) => withLoss(now, freshLoss(name), outputs))}
        />
        <Numbers
          key={loss.name}
          path="training.loss"
          rules={LOSSES[loss.name].rules}
          values={loss}
          problemAt={problemAt}
          onChange={(field, value) => change((now) => withLoss(now, { ...loss, [field]: value }, outputs))}
        />
      </div>
      <div class="fields">
        <SelectField
          label="Optimizer"
          value={optimizer.name}
          options={OPTIMIZER_OPTIONS}
          onChange={(name) => change((now) => withOptimizer(now, freshOptimizer(name)))}
        />
        <Numbers
          key={optimizer.name}
          path="training.optimizer"
          rules={rulesOf(OPTIMIZERS[optimizer.name].rules, false)}
          values={optimizer}
          problemAt={problemAt}
          onChange={(field, value) => change((now) => withOptimizer(now, { ...optimizer, [field]: value }))}
        />
        {optimizer.name === 'sgd' && (
          <div class="field-check">
            <CheckField
              label="Nesterov’s momentum"
              checked={optimizer['nesterov'] === true}
              onChange={(nesterov) =>
                change((now) => withOptimizer(now, { ...optimizer, nesterov: nesterov || undefined }))
              }
            />
            <p class="problem">{problemAt('training.optimizer.nesterov')}</p>
          </div>
        )}
      </div>
      <div class="fields trio">
        <NumberField
          label="Batch size"
          whole
          min={1}
          value={training.batchSize ?? 32}
          problem={problemAt('training.batchSize')}
          onChange={(batchSize) => change((now) => withFields(now, { batchSize }))}
        />
        <NumberField
          label="Epochs"
          whole
          min={1}
          max={1_000_000}
          value={training.epochs ?? 1}
          problem={problemAt('training.epochs')}
          onChange={(epochs) => change((now) => withFields(now, { epochs }))}
        />
        <NumberField
          label="Seed"
          whole
          min={0}
          max={MOST_SEED}
          value={model.seed ?? 0}
          problem={problemAt('model.seed')}
          onChange={(seed) => changeModel((now) => ({ ...now, seed }))}
        />
      </div>
    </>
  );
}
