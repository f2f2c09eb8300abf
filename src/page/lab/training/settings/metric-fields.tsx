/** What is measured beside the loss: the metrics that fit, and those that are chosen and do not. */
import { type Metric } from '../../../../core/training.js';
import { CheckField, NumberField } from '../../../parts/fields.js';
import { keyText } from '../words.js';
import { fittingMetrics, lossOf, metricsOf, withMetrics } from './document.js';
import { Fold } from '../../../parts/fold.js';
import { useTrainingSettings } from './use-settings.js';

const DEFAULT_K = 5;

export function MetricFields() {
  const { training, change, problemAt, outputs, isOfClasses } = useTrainingSettings();
  const chosen = metricsOf(training);
  const names = chosen.map(({ name }) => name);
  const fitting = fittingMetrics(lossOf(training).name, outputs, isOfClasses);
  const shown = [...fitting, ...names.filter((name) => !fitting.includes(name))];
  const problem = problemAt('training.metrics');
  const topK = chosen.find(({ name }) => name === 'topKCategoricalAccuracy');
  const choose = (name: Metric['name'], isChosen: boolean) => {
    const k = Math.min(DEFAULT_K, outputs);
    const added = name === 'topKCategoricalAccuracy' && k < DEFAULT_K ? { name, k } : { name };
    change((now) => withMetrics(now, isChosen ? [...chosen, added] : chosen.filter((one) => one.name !== name)));
  };
  return (
    <Fold
      title="Metrics"
      now={names.length === 0 ? 'none' : names.map((name) => keyText(name).toLowerCase()).join(', ')}
      isWrong={problem !== undefined}
    >
      <fieldset class="checks">
        <legend class="visually-hidden">Metrics</legend>
        {shown.map((name) => (
          <CheckField
            key={name}
            label={keyText(name)}
            checked={names.includes(name)}
            onChange={(isChosen) => choose(name, isChosen)}
          />
        ))}
      </fieldset>
      {topK && (
        <NumberField
          label="Most likely classes that count (k)"
          whole
          min={1}
          max={outputs}
          value={(topK['k'] as number | undefined) ?? DEFAULT_K}
          onChange={(k) =>
            change((now) =>
              withMetrics(
                now,
                chosen.map((one) => (one === topK ? { ...one, k } : one)),
              ),
            )
          }
        />
      )}
      <p class="problem">{problem}</p>
    </Fold>
  );
}
