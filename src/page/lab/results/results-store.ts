/**
 * The results on the page's side: which network is used (what was trained last, or a file), and the worker's answers about it. It
 * computes nothing. Whenever the weights are others the worker is told, one at a time, and what was shown of them is asked for anew.
 */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { DataStore } from '../data/data-store.js';
import type { LabState } from '../lab-state.js';
import type { TrainingStore } from '../training/training-store.js';
import type { LabResults } from '../worker/lab-results.js';
import type { LabSession } from '../worker/lab-session.js';
import type { ModelFacts, OpenedFile, Subject } from './subject.js';

export interface Imported extends OpenedFile {
  readonly name: string;
}

export interface ResultsStore {
  /** The file that was opened last, if any. */
  readonly imported: ReadonlySignal<Imported | undefined>;
  /** Which of the two is used. */
  readonly source: ReadonlySignal<Subject['kind']>;
  readonly choose: (source: Subject['kind']) => void;
  readonly subject: ReadonlySignal<Subject | undefined>;
  /** Of the network in use; undefined before there is one. */
  readonly facts: ReadonlySignal<ModelFacts | undefined>;
  /** Another number whenever the worker has other weights. */
  readonly version: ReadonlySignal<number>;
  readonly error: ReadonlySignal<unknown>;
  /** @throws FormatError, carried, for a file that is no model; what was there stays */
  readonly open: (file: File) => Promise<void>;
  /** Forgets the file. */
  readonly close: () => void;
  /** Asks the worker about the network in use. */
  readonly ask: <T>(question: (results: Remote<LabResults>) => Promise<T>) => Promise<T>;
}

interface Sources {
  readonly state: ReadonlySignal<LabState>;
  readonly data: Pick<DataStore, 'files'>;
  readonly training: TrainingStore;
  /** Changes whenever the worker was ended: another is told of the network anew. */
  readonly restarts: ReadonlySignal<number>;
}

export function openResults(
  { state, data, training, restarts }: Sources,
  session: () => Promise<Remote<LabSession>>,
): ResultsStore {
  const imported = signal<Imported | undefined>(undefined);
  const source = signal<Subject['kind']>('trained');
  const facts = signal<ModelFacts | undefined>(undefined);
  const version = signal(0);
  const error = signal<unknown>(undefined);

  const subject = computed<Subject | undefined>(() => {
    if (source.value === 'imported') {
      const file = imported.value;
      return (
        file && {
          kind: 'imported',
          name: file.name,
          saved: file.saved,
          run: state.value.run,
          files: data.files.value,
        }
      );
    }
    const weights = training.end.value?.weights ?? training.snapshot.value?.weights;
    const run = training.run.value;
    if (!weights || !run) return undefined;
    const history = training.end.value?.history ?? training.history.peek();
    return { kind: 'trained', run, files: training.files.value, weights, history };
  });

  let sent: Subject | undefined;
  let isSending = false;
  const send = async () => {
    if (isSending) return;
    isSending = true;
    while (subject.peek() !== sent) {
      const next = (sent = subject.peek());
      if (!next) {
        facts.value = undefined;
        continue;
      }
      try {
        const found = await (await session()).results.use(next);
        batch(() => {
          // The same network with other weights keeps its fields, and with them what was set there.
          if (JSON.stringify(found) !== JSON.stringify(facts.peek())) facts.value = found;
          version.value += 1;
          error.value = undefined;
        });
      } catch (thrown) {
        batch(() => {
          facts.value = undefined;
          error.value = thrown;
        });
      }
    }
    isSending = false;
  };
  effect(() => {
    void subject.value;
    void send();
  });
  effect(() => {
    if (restarts.value === 0) return;
    sent = undefined;
    void send();
  });
  // Whoever trains wants to see what comes of it.
  effect(() => {
    if (training.status.value === 'starting') source.value = 'trained';
  });

  return {
    imported,
    source,
    choose: (next) => (source.value = next),
    subject,
    facts,
    version,
    error,
    async open(file) {
      const opened = await (await session()).results.open(file, state.peek().run.model.layers);
      batch(() => {
        imported.value = { ...opened, name: file.name };
        source.value = 'imported';
      });
    },
    close: () =>
      batch(() => {
        source.value = 'trained';
        imported.value = undefined;
      }),
    ask: async (question) => question((await session()).results),
  };
}
