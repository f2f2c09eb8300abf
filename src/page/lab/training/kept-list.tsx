/** Checkpoints: whether they are kept, which there are, and how much room they take. */
import { bytesText, wholeText } from '../../../core/text.js';
import { CheckField } from '../../parts/fields.js';
import { useLab } from '../lab-context.js';
import { Fold } from '../../parts/fold.js';
import { placeText } from './offer.js';
import { agoText } from './words.js';

export function KeptList() {
  const { training } = useLab();
  const { shelf, preferences, checkpoint } = training;
  const { keepsCheckpoints } = preferences;
  const last = checkpoint.value;
  const all = shelf.all.value;
  const now = !keepsCheckpoints.value ? 'not kept' : last ? `safe after step ${wholeText(last.step)}` : 'kept here';
  return (
    <Fold title="Checkpoints" now={now} onOpen={() => void shelf.list()}>
      <CheckField
        label="Keep checkpoints in this browser"
        checked={keepsCheckpoints.value}
        onChange={(isOn) => (keepsCheckpoints.value = isOn)}
      />
      <p class="note">
        One every 10 seconds, and at each pause and end: a training goes on after a reload to the same bits. It goes on
        while this tab is hidden, too. The last ten trainings are kept; a browser short of room may clear them.
      </p>
      {shelf.fault.value !== undefined && <p class="problem">{shelf.fault.value}</p>}
      {all.length > 0 && (
        <ul class="kept">
          {all.map((one) => (
            <li key={one.name}>
              <span>
                {one.title}
                <small>
                  {placeText(one)}, {agoText(one.time, Date.now())}, {bytesText(one.bytes)}
                </small>
              </span>
              <button
                type="button"
                class="icon"
                aria-label={`Delete the checkpoints of ${one.title}`}
                title="Delete"
                onClick={() => void shelf.remove(one.name)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
    </Fold>
  );
}
