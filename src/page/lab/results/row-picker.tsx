/** Takes a row of the data, with what it should be. Test rows are not among them: those are looked at once, at the end. */
import { useSignal } from '@preact/signals';
import { NumberField, SelectField } from '../../parts/fields.js';
import { sentenceOf } from '../../worker/errors.js';
import { useLab } from '../lab-context.js';
import type { DataRow, ModelFacts } from './subject.js';

type Pickable = 'train' | 'validation';

export function RowPicker({ rows, onRow }: { rows: ModelFacts['rows']; onRow: (row: DataRow) => void }) {
  const { results } = useLab();
  const part = useSignal<Pickable>(rows.validation > 0 ? 'validation' : 'train');
  const row = useSignal(1);
  const error = useSignal<string | undefined>(undefined);
  const count = rows[part.value];
  const take = async (wanted: number) => {
    row.value = wanted;
    const from = part.peek();
    try {
      onRow(await results.ask((one) => one.row(from, wanted - 1)));
      error.value = undefined;
    } catch (thrown) {
      error.value = sentenceOf(thrown);
    }
  };
  return (
    <fieldset class="row-picker">
      <legend>A row of the data</legend>
      <div class="fields">
        {rows.validation > 0 && (
          <SelectField
            label="From"
            value={part.value}
            options={[
              { value: 'validation', text: 'validation' },
              { value: 'train', text: 'training' },
            ]}
            onChange={(chosen) => {
              part.value = chosen;
              row.value = 1;
            }}
          />
        )}
        <NumberField
          label={`Row, of ${count}`}
          whole
          min={1}
          max={count}
          value={row.value}
          onChange={(wanted) => (row.value = wanted)}
        />
      </div>
      <div class="buttons">
        <button type="button" class="quiet" onClick={() => void take(row.peek())}>
          Take this row
        </button>
        <button type="button" class="quiet" onClick={() => void take((row.peek() % count) + 1)}>
          Next
        </button>
      </div>
      <p class="problem">{error.value}</p>
    </fieldset>
  );
}
