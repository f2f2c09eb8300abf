/** Predict by hand: a field for each input in the data's own units, and at once what the network says. */
import { batch, useSignal, useSignalEffect } from '@preact/signals';
import { sentenceOf } from '../../worker/errors.js';
import { useLab } from '../lab-context.js';
import { InputControl } from './input-control.js';
import { PredictionView } from './prediction-view.js';
import { RowPicker } from './row-picker.js';
import type { InputField, InputValue, ModelFacts, Prediction } from './subject.js';

/** Milliseconds without a change before the network is asked. */
const QUIET = 40;

export function HandPart({ facts }: { facts: ModelFacts }) {
  const { results } = useLab();
  const values = useSignal<readonly InputValue[]>(facts.inputs.map(startOf));
  const prediction = useSignal<Prediction | undefined>(undefined);
  const target = useSignal<string | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);

  useSignalEffect(() => {
    const wanted = values.value;
    if (results.version.value === 0) return;
    const timer = setTimeout(() => {
      results
        .ask((one) => one.predict([...wanted]))
        .then(
          (said) => {
            if (wanted !== values.peek()) return;
            batch(() => {
              prediction.value = said;
              error.value = undefined;
            });
          },
          (thrown: unknown) => (error.value = sentenceOf(thrown)),
        );
    }, QUIET);
    return () => clearTimeout(timer);
  });
  const set = (index: number, value: InputValue) =>
    batch(() => {
      values.value = values.peek().map((old, i) => (i === index ? value : old));
      target.value = undefined;
    });
  return (
    <div class="by-hand">
      <div class="by-hand-inputs">
        {facts.inputs.map((field, i) => (
          <InputControl
            key={`${field.kind} ${field.name}`}
            field={field}
            value={values.value[i]!}
            onChange={(value) => set(i, value)}
          />
        ))}
      </div>
      <div class="by-hand-outputs">
        {prediction.value && <PredictionView meaning={facts.outputs} prediction={prediction.value} />}
        {target.value !== undefined && (
          <p class="target">
            In the data: <strong>{target.value}</strong>
          </p>
        )}
        <p class="problem">{error.value}</p>
        {facts.rows.train > 0 && (
          <RowPicker
            rows={facts.rows}
            onRow={(row) =>
              batch(() => {
                values.value = row.values;
                target.value = row.target;
              })
            }
          />
        )}
      </div>
    </div>
  );
}

function startOf(field: InputField): InputValue {
  switch (field.kind) {
    case 'number':
    case 'category':
      return field.start;
    case 'picture':
      return new Float64Array(field.width * field.height * field.channels);
    case 'block':
      return new Float64Array(field.width);
    default:
      return field satisfies never;
  }
}
