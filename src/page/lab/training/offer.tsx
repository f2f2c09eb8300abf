/** What can be gone on with: the checkpoint that this browser keeps of the run. */
import { useEffect } from 'preact/hooks';
import { wholeText } from '../../../core/text.js';
import { type Lab, useLab } from '../lab-context.js';
import type { KeptTraining } from './kept.js';
import { isUnderWay } from './training-view.js';
import { agoText } from './words.js';

/** Milliseconds without a change before the storage is looked into. */
const QUIET = 200;

export function Offer() {
  const lab = useLab();
  const { state, data, problem, training } = lab;
  const { shelf } = training;
  const { run } = state.value;
  const isSound = problem.value === undefined;
  const hasData = data.problem.value === undefined;
  const isKnown = !data.isLoading.value && (!hasData || data.summary.value !== undefined);
  const files = data.files.value;
  const isResting = !isUnderWay(training.status.value);
  useEffect(() => {
    // Of a run that is wrong, or whose data are not yet read, nothing is known.
    if (!isSound || !isKnown) return;
    const timer = setTimeout(() => void shelf.look(run, hasData ? files : undefined), QUIET);
    return () => clearTimeout(timer);
  }, [run, isSound, isKnown, hasData, files, isResting]);
  const offer = offerOf(lab);
  if (!offer) return <div class="training-offer" hidden />;
  const missing = offer.files.filter((name) => !files.some((file) => file.name === name));
  return (
    <div class="training-offer">
      <p>
        A checkpoint of this run is kept in this browser: {placeText(offer)}, {agoText(offer.time, Date.now())}.
        {missing.length > 0 && ` Its data are not: give ${missing.join(' and ')} to the page again, under Data.`}
      </p>
      <div class="buttons">
        <button
          type="button"
          class="quiet"
          disabled={missing.length > 0 || !hasData || !isSound}
          onClick={() => training.begin(state.peek(), data.files.peek(), { goesOn: true })}
        >
          {offer.isOver ? 'Show what it came to' : `Go on from ${fromText(offer)}`}
        </button>
        <button type="button" class="quiet" onClick={() => void shelf.remove(offer.name)}>
          Delete it
        </button>
      </div>
    </div>
  );
}

/** What is offered to be gone on with. A training that has just come to its end is not: it is there. */
export function offerOf({ training, state }: Lab): KeptTraining | undefined {
  const status = training.status.value;
  const isThere = status === 'done' && training.run.value === state.value.run;
  return isUnderWay(status) || isThere ? undefined : training.shelf.offer.value;
}

export function placeText({ place, epochs, isOver, backend }: KeptTraining): string {
  const where =
    place.epoch === 0 ? `step ${wholeText(place.step)}` : `epoch ${wholeText(place.epoch)} of ${wholeText(epochs)}`;
  return `${where}${isOver ? ', its end' : ''}${backend === 'cpu' ? ', on the CPU' : ''}`;
}

function fromText({ place }: KeptTraining): string {
  return place.epoch === 0 ? `step ${wholeText(place.step)}` : `epoch ${wholeText(place.epoch)}`;
}
