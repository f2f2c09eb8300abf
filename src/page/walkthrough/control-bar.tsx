/** Where the walkthrough stands, and the buttons that move it. It stays in view. */
import { NumberField } from '../parts/fields.js';
import type { Opening } from './frame.js';
import { allOf, lastPass, nextEpoch, placeOf, within } from './position.js';
import type { WalkthroughState } from './walkthrough-state.js';

/** Of the tutorial, before the plan is there to say so. */
const EPOCHS = 50;

export interface ControlBarProps {
  readonly place: WalkthroughState;
  readonly opening: Opening | undefined;
  readonly follows: boolean;
  readonly onFollows: (follows: boolean) => void;
  readonly onMove: (place: WalkthroughState) => void;
  /** Asked to bring the section of the pass that ran last into view. */
  readonly onShow: () => void;
}

export function ControlBar({ place, opening, follows, onFollows, onMove, onShow }: ControlBarProps) {
  const { seed, passes } = place;
  const isReady = opening !== undefined;
  const end = opening ? allOf(opening) : 0;
  const epochs = opening?.epochs ?? EPOCHS;
  const to = (label: string, text: string, target: number) => {
    const isOff = !isReady || target === passes;
    return (
      <button
        type="button"
        class="quiet"
        aria-label={label}
        // Not `disabled`: whoever pressed it would lose the focus.
        aria-disabled={isOff}
        onClick={() => {
          if (!isOff) onMove({ seed, passes: target });
        }}
      >
        {text}
      </button>
    );
  };
  const go = (passesMore: number) => (opening ? within(passes + passesMore, opening) : passes);
  return (
    <div class="control-bar" role="region" aria-label="Controls of the walkthrough">
      <div class="control-buttons">
        {to('Reset to the first weights', 'Reset', 0)}
        {to('Back one pass', '◀ Back', go(-1))}
        {to('Step one pass', 'Pass ▶', go(1))}
        {to('Step one epoch', 'Epoch ▶', opening ? nextEpoch(passes, opening) : passes)}
        {passes === 0
          ? to(`Run ${epochs} epochs`, `Run ${epochs}`, end)
          : to(`Run on to the end of epoch ${epochs}`, `Run to ${epochs}`, end)}
      </div>
      <div class="control-seed">
        <NumberField
          label="Seed"
          whole
          min={0}
          max={2 ** 32 - 1}
          value={seed}
          onChange={(value) => onMove({ seed: value, passes })}
        />
      </div>
      <p class="whereabouts" role="status">
        {opening ? (
          <>
            {whereabouts(passes, opening)}
            {passes > 0 && (
              <button type="button" class="link" onClick={onShow}>
                show
              </button>
            )}
          </>
        ) : (
          'Opening …'
        )}
      </p>
      <label class="check control-follow">
        <input type="checkbox" checked={follows} onChange={({ currentTarget }) => onFollows(currentTarget.checked)} />
        Follow
      </label>
    </div>
  );
}

function whereabouts(passes: number, opening: Opening): string {
  const { epoch, pass } = placeOf(passes, opening);
  if (passes === 0) return `Before the first of ${opening.epochs} epochs`;
  if (pass === 0) return `${epoch} of ${opening.epochs} epochs done`;
  const { label } = opening.passes[lastPass(passes, opening)!]!;
  return `Epoch ${epoch + 1} of ${opening.epochs}, pass ${pass} of ${opening.passesPerEpoch}: ${label}`;
}
