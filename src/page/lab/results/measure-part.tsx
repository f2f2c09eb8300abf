/** Loss and metrics on the parts of the data, in the data's units. Test rows are looked at only on a press. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { counted, percentText } from '../../../core/text.js';
import { sentenceOf } from '../../worker/errors.js';
import { useLab } from '../lab-context.js';
import { measureName } from './measure-name.js';
import { shownNumber } from './shown-number.js';
import { type Measure, type Measured, type ModelFacts, type Part, PARTS } from './subject.js';
import { weightsText } from './weights-text.js';

/** Products of a forward pass that are done without being asked for: well below a second. */
const CHEAP = 3e8;
const TITLES: Readonly<Record<Part, string>> = { train: 'Training', validation: 'Validation', test: 'Test' };

interface Found extends Measured {
  readonly version: number;
}

type Results = Readonly<Partial<Record<Part, Found>>>;

export function MeasurePart({ facts }: { facts: ModelFacts }) {
  const lab = useLab();
  const { results, training } = lab;
  const found = useSignal<Results>({});
  const of = useSignal<string>('');
  const looks = useSignal(0);
  const isBusy = useSignal(false);
  const error = useSignal<string | undefined>(undefined);
  const { rows, parameters } = facts;
  const isCheap = (rows.train + rows.validation) * parameters <= CHEAP;
  const seen = PARTS.filter((part) => part !== 'test' && rows[part] > 0);

  const measure = async (parts: readonly Part[]) => {
    const version = results.version.peek();
    const text = weightsText(lab);
    isBusy.value = true;
    try {
      const measured = await Promise.all(parts.map((part) => results.ask((one) => one.measure(part))));
      const entries = parts.map((part, i): [Part, Found] => [part, { ...measured[i]!, version }]);
      // What was measured with other weights is none of these.
      const same = Object.entries(found.peek()).filter(([, one]) => one.version === version);
      found.value = Object.fromEntries([...same, ...entries]);
      of.value = text;
      error.value = undefined;
    } catch (thrown) {
      error.value = sentenceOf(thrown);
    } finally {
      isBusy.value = false;
    }
  };
  useSignalEffect(() => {
    const isResting =
      results.source.value === 'imported' || ['done', 'stopped', 'paused'].includes(training.status.value);
    const { rows: there, parameters: size } = results.facts.value ?? facts;
    if (results.version.value === 0 || !isResting || there.train === 0) return;
    if ((there.train + there.validation) * size <= CHEAP)
      void measure(PARTS.filter((part) => part !== 'test' && there[part] > 0));
  });

  if (facts.lack) return <p class="note">{facts.lack}</p>;
  if (!facts.hasLoss)
    return <p class="note">The file does not say what it was trained with, so there is nothing to measure by.</p>;
  const hasFailed = results.source.value === 'trained' && training.status.value === 'failed';
  const isStale = Object.values(found.value).some(({ version }) => version !== results.version.value);
  return (
    <div class="measure" aria-busy={isBusy.value}>
      <MeasureTable found={found.value} hasFailed={hasFailed} />
      {of.value && (
        <p class="note" data-stale={isStale}>
          By the float64 reference, with {of.value}
          {isStale && ', which have changed since'}.
        </p>
      )}
      <p class="problem">{error.value}</p>
      <div class="buttons">
        {(!isCheap || isStale || hasFailed) && (
          <button type="button" class="quiet" disabled={isBusy.value} onClick={() => void measure(seen)}>
            Measure {seen.map((part) => TITLES[part].toLowerCase()).join(' and ')}
          </button>
        )}
        {rows.test > 0 && (
          <button
            type="button"
            class="quiet"
            disabled={isBusy.value}
            onClick={() => {
              looks.value += 1;
              void measure([...seen, 'test']);
            }}
          >
            Look at the {counted(rows.test, 'test row')}
          </button>
        )}
      </div>
      {rows.test > 0 && (
        <p class="note">
          Test rows tell how the network does on data that nobody has seen, as long as nothing was chosen by them. Look
          at the end: whoever changes the network until they come out well has trained on them.
          {looks.value > 0 && ` You have looked ${looks.value === 1 ? 'once' : `${looks.value} times`}.`}
        </p>
      )}
      {rows.test === 0 && rows.train > 0 && (
        <p class="note">No test rows are held back; a test split of the data does that.</p>
      )}
    </div>
  );
}

function MeasureTable({ found, hasFailed }: { found: Results; hasFailed: boolean }) {
  const parts = PARTS.filter((part) => found[part]);
  const first = found[parts[0]!];
  if (!first && hasFailed)
    return (
      <p class="note">
        The training failed, so nothing was measured: start it again, or measure the last weights it had.
      </p>
    );
  if (!first) return <p class="note">Loss and metrics stand here when the training rests or ends.</p>;
  return (
    <div class="scroll">
      <table class="measures">
        <thead>
          <tr>
            <th scope="col">Measure</th>
            {parts.map((part) => (
              <th scope="col" key={part}>
                {TITLES[part]} <small>{counted(found[part]!.rows, 'row')}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first.measures.map(({ name, unit }, i) => (
            <tr key={`${name} ${unit}`}>
              <th scope="row">
                {measureName(name)}
                {unit && <small>{unit}</small>}
              </th>
              {parts.map((part) => {
                const measure = found[part]!.measures[i];
                return (
                  <td key={part} data-value={measure?.value}>
                    {measure && valueText(measure)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function valueText({ name, value }: Measure): string {
  return /ccuracy$/.test(name) ? percentText(value) : shownNumber(value);
}
