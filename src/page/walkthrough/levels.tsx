/** The same network at three levels, each as code that is really run, with the time it takes on this device. */
import { useSignal } from '@preact/signals';
import { millisecondsText } from '../../core/text.js';
import { usePage } from '../shell/page-context.js';
import { Code, Excerpts } from './code-view.js';
import type { Opening } from './frame.js';
import type { Level, LevelTime } from './measure-level.js';

type Times = Readonly<Partial<Record<Level, LevelTime>>>;

export function Levels({ opening, seed }: { readonly opening: Opening; readonly seed: number }) {
  const { workers, notices } = usePage();
  const times = useSignal<Times>({});
  const isBusy = useSignal(false);
  const { adapter } = opening;
  const levels: readonly Level[] = adapter ? ['loops', 'plan', 'layers'] : ['loops', 'layers'];
  const measure = async () => {
    if (isBusy.value) return;
    isBusy.value = true;
    times.value = {};
    try {
      // One after the other, so that none waits for another's share of the machine.
      for (const level of levels) {
        const worker = workers.get(level === 'loops' ? 'cpu' : 'gpu');
        times.value = { ...times.value, [level]: await worker.measureLevel(level, seed) };
      }
    } catch (error) {
      notices.fail(error);
    } finally {
      isBusy.value = false;
    }
  };
  const time = (level: Level) => <LevelTimes time={times.value[level]} adapter={adapter} />;
  return (
    <>
      <div class="code-columns levels">
        <section data-level="loops">
          <h3>Loops</h3>
          <p>
            The reference: plain loops over 64-bit numbers, as one would write them in NumPy. Slow for large networks,
            and easy to check.
          </p>
          <Excerpts of={[{ file: 'src/page/walkthrough/samples/loops.ts', name: 'trainWithLoops' }]} />
          {time('loops')}
        </section>
        <section data-level="plan">
          <h3>Plan</h3>
          <p>
            The same steps as a list of GPU passes, as TensorFlow does it. A network this small runs whole, all epochs
            in one dispatch.
          </p>
          <Excerpts of={[{ file: 'src/page/walkthrough/samples/plan.ts', name: 'trainWithPlan' }]} />
          <details>
            <summary>The plan of this page, as text</summary>
            <Code text={opening.plan} label="The plan" />
          </details>
          {adapter ? time('plan') : <p class="note">It takes WebGPU to run it.</p>}
        </section>
        <section data-level="layers">
          <h3>Layers</h3>
          <p>Two layers by name, as in Keras. Loops or plan, whichever is quicker here, is the library’s business.</p>
          <Excerpts of={[{ file: 'src/page/walkthrough/samples/keras.ts', name: 'trainWithLayers' }]} />
          {time('layers')}
        </section>
      </div>
      <div class="buttons">
        <button type="button" id="measure-levels" aria-disabled={isBusy.value} onClick={() => void measure()}>
          {isBusy.value ? 'Measuring …' : 'Measure them on this device'}
        </button>
      </div>
    </>
  );
}

function LevelTimes({ time, adapter }: { readonly time: LevelTime | undefined; readonly adapter: Opening['adapter'] }) {
  if (!time) return <p class="level-time note">Not measured yet.</p>;
  const isOnGpu = time.on.toLowerCase() === 'webgpu';
  const where = isOnGpu ? (adapter?.text ?? 'WebGPU') : 'the CPU';
  return (
    <p class="level-time">
      <strong>{millisecondsText(time.training)}</strong> for 50 epochs on {where}; the first time{' '}
      {millisecondsText(time.first)} with all that has to be loaded and set up. Last loss {time.loss.toFixed(8)}.
    </p>
  );
}
