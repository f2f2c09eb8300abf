/**
 * The hand on the training: six buttons that stay where they are, and a letter for each while one of them has the focus. What cannot
 * be done now is marked and not disabled, so that the focus is never lost.
 */
import { useLab } from '../lab-context.js';
import { offerOf } from './offer.js';
import { firstProblem } from './problems.js';
import { isUnderWay } from './training-view.js';

interface Control {
  readonly key: string;
  readonly text: string;
  readonly isPossible: boolean;
  readonly isMain?: boolean;
  readonly act: () => void;
}

export function Controls() {
  const lab = useLab();
  const { state, data, training } = lab;
  const status = training.status.value;
  const isBusy = isUnderWay(status);
  const isPaused = status === 'paused';
  const canStart = !isBusy && firstProblem(lab) === undefined;
  const begin = (startsPaused: boolean) => training.begin(state.peek(), data.files.peek(), { startsPaused });
  const stride = (kind: 'step' | 'epoch') => () => (isPaused ? training.step(kind) : begin(true));
  const controls: readonly Control[] = [
    {
      key: 's',
      text: offerOf(lab) ? 'Start anew' : 'Start',
      isPossible: canStart,
      isMain: true,
      act: () => begin(false),
    },
    isPaused
      ? { key: 'p', text: 'Go on', isPossible: true, isMain: true, act: training.resume }
      : { key: 'p', text: 'Pause', isPossible: isBusy, act: training.pause },
    { key: 'x', text: 'Stop', isPossible: isBusy && !training.isStopping.value, act: training.stop },
    { key: 'n', text: 'Step', isPossible: isPaused || canStart, act: stride('step') },
    { key: 'e', text: 'Epoch', isPossible: isPaused || canStart, act: stride('epoch') },
    { key: 'r', text: 'Reset', isPossible: status !== 'idle', act: training.reset },
  ];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
    const control = controls.find(({ key }) => key === event.key);
    if (!control?.isPossible) return;
    event.preventDefault();
    control.act();
  };
  return (
    <div class="training-controls" role="group" aria-label="Controls" onKeyDown={onKeyDown}>
      {controls.map(({ key, text, isPossible, isMain, act }) => (
        <button
          key={key}
          type="button"
          class={isMain ? undefined : 'quiet'}
          aria-disabled={isPossible ? undefined : 'true'}
          aria-keyshortcuts={key}
          title={`${text} (${key})`}
          onClick={isPossible ? act : undefined}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
