/** What a training came to: its last numbers, what was checked of them, how far the reference is away; or why it failed. */
import { useComputed } from '@preact/signals';
import { matrix } from '../../../core/matrix.js';
import { millisecondsText, wholeText } from '../../../core/text.js';
import { compareCurves, curveSentence } from '../../../verify/curves.js';
import { sentenceOf } from '../../worker/errors.js';
import { useLab } from '../lab-context.js';
import type { TrainingEnd } from './news.js';
import { isUnderWay } from './training-view.js';
import { keyText, valueText } from './words.js';

/** Predictions that are compared on the page, at most: more would take it a moment. */
const MOST_PREDICTIONS = 20_000;

export function Outcome() {
  const { training } = useLab();
  const start = training.start.value;
  const end = training.end.value;
  const compared = useComputed(() => {
    const other = training.reference.end.value;
    return training.end.value && other && comparedSentence(training.end.value, other);
  });
  return (
    <div class="training-outcome">
      {start && (
        <p class="note">
          {start.backend === 'cpu' ? 'Trained by the CPU reference in float64.' : `On ${start.adapter}.`}
          {end?.schedule && ` Schedule of the plan: ${end.schedule}.`}
        </p>
      )}
      {start?.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      {end && (
        <>
          <dl class="training-numbers" aria-label="Last epoch">
            {Object.entries(end.history).map(([key, values]) =>
              values.length === 0 ? null : (
                <div key={key}>
                  <dt>{keyText(key)}</dt>
                  <dd data-key={key} data-value={values.at(-1)}>
                    {valueText(key, values.at(-1)!)}
                  </dd>
                </div>
              ),
            )}
          </dl>
          <p class="note">
            Trained in {millisecondsText(end.milliseconds)}
            {end.setUpMilliseconds > 0 && `, set up in ${millisecondsText(end.setUpMilliseconds)}`}
            {end.bestEpoch !== undefined && `; best epoch ${wholeText(end.bestEpoch)}`}. Checksum of the weights:{' '}
            <code data-weights={end.weightsSum}>{end.weightsSum}</code>
          </p>
          {end.checked !== undefined && <p class="training-checked">{end.checked}</p>}
          {compared.value !== undefined && <p class="note">{compared.value}</p>}
          {compared.value === undefined && isUnderWay(training.reference.status.value) && (
            <p class="note">The reference is still training; then both are compared.</p>
          )}
        </>
      )}
    </div>
  );
}

export function errorText(error: unknown): string {
  const sentence = sentenceOf(error);
  return /start again|lower|take a|choose|train on|drop/i.test(sentence)
    ? sentence
    : `${sentence} Change what it names, or start again.`;
}

/** Of what both have trained, where one was stopped by hand. */
function comparedSentence(trained: TrainingEnd, reference: TrainingEnd): string {
  const isWhole = !trained.isStopped && !reference.isStopped;
  const epochs = Math.min(trained.history.loss.length, reference.history.loss.length);
  if (!isWhole && epochs === 0) return 'Nothing was trained that could be compared.';
  const isLarge = trained.predictions.values.length > MOST_PREDICTIONS;
  const curvesOf = ({ history, predictions }: TrainingEnd) =>
    isWhole
      ? { history, predictions: isLarge ? matrix(0, 0) : predictions }
      : { history: shortened(history, epochs), predictions: matrix(0, 0) };
  const sentence = curveSentence(compareCurves(curvesOf(trained), curvesOf(reference)));
  return isWhole ? sentence : `Up to epoch ${wholeText(epochs)}: ${sentence}`;
}

function shortened(history: TrainingEnd['history'], epochs: number): TrainingEnd['history'] {
  const curves = Object.entries(history).map(([key, values]) => [key, values.slice(0, epochs)] as const);
  return { loss: history.loss.slice(0, epochs), ...Object.fromEntries(curves) };
}
