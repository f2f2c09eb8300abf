/** What the network says to one row: the class with a bar for each, or numbers in the data's units. */
import { percentText } from '../../../core/text.js';
import { quoted } from '../../../core/run-checks.js';
import { shownNumber } from './shown-number.js';
import type { OutputMeaning, Prediction } from './subject.js';

/** Bars that are still read. */
const MOST_BARS = 10;

export function PredictionView({ meaning, prediction }: { meaning: OutputMeaning; prediction: Prediction }) {
  if (meaning.kind === 'numbers') return <Numbers meaning={meaning} outputs={prediction.outputs} />;
  const [first] = prediction.outputs;
  const outputs = meaning.isBinary ? [1 - first!, first!] : prediction.outputs;
  const bars = meaning.names.map((name, i) => ({ name, output: outputs[i]!, raw: first! }));
  const shown = bars.length > MOST_BARS ? [...bars].sort((a, b) => b.output - a.output).slice(0, MOST_BARS) : bars;
  return (
    <div class="prediction" data-outputs={prediction.outputs.join(' ')}>
      <p class="said" aria-live="polite">
        <output>{prediction.label}</output>
      </p>
      <ul class="bars">
        {shown.map(({ name, output }) => (
          <li key={name} data-chosen={name === prediction.label}>
            <span class="bar-name">{name}</span>
            {meaning.areShares && (
              <span class="bar-track" aria-hidden="true">
                <span style={{ width: `${100 * Math.max(0, Math.min(1, output))}%` }} />
              </span>
            )}
            <span class="bar-value">{meaning.areShares ? percentText(output) : shownNumber(output)}</span>
          </li>
        ))}
      </ul>
      {shown.length < bars.length && (
        <p class="note">
          The {MOST_BARS} largest of {bars.length}.
        </p>
      )}
    </div>
  );
}

function Numbers({
  meaning,
  outputs,
}: {
  meaning: Extract<OutputMeaning, { kind: 'numbers' }>;
  outputs: readonly number[];
}) {
  return (
    <div class="prediction" data-outputs={outputs.join(' ')}>
      <dl class="numbers" aria-live="polite">
        {outputs.map((output, i) => (
          <div key={meaning.names[i]}>
            <dt>{meaning.names[i]}</dt>
            <dd>
              <output>{shownNumber(output)}</output>
            </dd>
          </div>
        ))}
      </dl>
      {meaning.isScaled && (
        <p class="note">
          In the units of {meaning.names.slice(0, 3).map(quoted).join(', ')} in the data: the network’s own answer,
          which is scaled, was scaled back.
        </p>
      )}
    </div>
  );
}
