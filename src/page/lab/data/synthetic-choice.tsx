/** The synthetic sets, as small drawings to choose from, with how many samples, how much noise and which draw. */
import { useId } from 'preact/hooks';
import { MOST_SAMPLES, syntheticDefaults, type SyntheticName } from '../../../data/synthetic/synthetic.js';
import { NumberField } from '../../parts/fields.js';
import { useLab } from '../lab-context.js';
import type { LabRun } from '../lab-state.js';
import { Marks } from './marks.js';
import { withData } from './suit-run.js';
import type { Thumbnail } from './thumbnails.js';

/** So that the page stays quick; a run may say more. */
const MOST = 100_000;
/** Fewer rows, such as those of a truth table, are all needed to train on. */
const SPLIT_FROM = 20;

export function SyntheticChoice() {
  const { state, editRun, data: store } = useLab();
  const group = useId();
  const { data } = state.value.run;
  const chosen = 'synthetic' in data ? data : undefined;
  const defaults = chosen && syntheticDefaults(chosen.synthetic);
  const set = (change: object) => editRun((run) => ({ ...run, data: { ...run.data, ...change } }));
  return (
    <>
      <fieldset class="thumbnails">
        <legend class="visually-hidden">Synthetic set</legend>
        {store.thumbnails.value.map((thumbnail) => (
          <label key={thumbnail.name} class="thumbnail">
            <input
              type="radio"
              name={group}
              value={thumbnail.name}
              checked={chosen?.synthetic === thumbnail.name}
              onChange={() => store.choose(withSynthetic(state.peek().run, thumbnail.name))}
            />
            <Drawing {...thumbnail} />
            <span>{thumbnail.name}</span>
          </label>
        ))}
      </fieldset>
      {chosen && defaults && (
        <div class="fields trio">
          <NumberField
            label="Samples"
            value={chosen.samples ?? defaults.samples}
            whole
            min={1}
            max={Math.min(MOST, MOST_SAMPLES)}
            onChange={(samples) => set({ samples })}
          />
          <NumberField
            label="Noise"
            value={chosen.noise ?? defaults.noise}
            min={0}
            max={100}
            onChange={(noise) => set({ noise })}
          />
          <NumberField
            label="Seed"
            value={chosen.seed ?? state.value.run.model.seed ?? 0}
            whole
            min={0}
            max={2 ** 32 - 1}
            onChange={(seed) => set({ seed })}
          />
        </div>
      )}
    </>
  );
}

/** How rows are held back and drawn stays; what is said of samples and noise was of the set before. */
function withSynthetic(run: LabRun, name: SyntheticName) {
  const { samples, isRegression } = syntheticDefaults(name);
  const { data } = run;
  const before = 'synthetic' in data ? data : {};
  const {
    seed = 3,
    validationSplit = 0,
    testSplit,
  } = before as { [K in 'seed' | 'validationSplit' | 'testSplit']?: number };
  const hasParts = samples >= SPLIT_FROM;
  return withData(
    run,
    {
      synthetic: name,
      seed,
      ...(hasParts && { validationSplit: validationSplit || 0.2 }),
      ...(hasParts && testSplit && { testSplit }),
    },
    isRegression ? { kind: 'numbers', name, outputs: 1 } : { kind: 'classes', name, classes: 2 },
  );
}

function Drawing({ points, isRegression }: Thumbnail) {
  const places = (label: number) =>
    points.filter((point) => point.label === label).map(({ x, y }) => ({ x: 5 + 38 * x, y: 43 - 38 * y }));
  // A few points are drawn large, many small.
  const radius = points.length <= 10 ? 4 : 1.8;
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true">
      {(isRegression ? [0] : [0, 1]).map((label) => (
        <Marks key={label} label={label} places={places(label)} radius={radius} />
      ))}
    </svg>
  );
}
