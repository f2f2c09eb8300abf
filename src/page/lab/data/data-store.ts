/**
 * The lab's data on the page's side: the files that were given, what the worker found in what the run names, and how new files become
 * the run's data. It loads by itself whenever the run changes; what is there stays until something else has been read.
 */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { proxy, type Remote } from 'comlink';
import { sentenceOf } from '../../worker/errors.js';
import type { LabRun, LabState } from '../lab-state.js';
import { type Problem, problemOf } from '../problem.js';
import type { Inspection } from '../worker/lab-data.js';
import type { LabSession } from '../worker/lab-session.js';
import type { TableFacts } from './facts.js';
import { lackingFiles, lackSentence, type NeededFile, standInsFor } from './needed-files.js';
import { targetFacts } from './suggest.js';
import { type Suited, withData } from './suit-run.js';
import type { DataSummary } from './summary.js';
import type { Thumbnail } from './thumbnails.js';

export interface Progress {
  /** Bytes, or of pictures how many. */
  readonly done: number;
  readonly of: number | undefined;
}

/** What was done to the run when data were chosen, and how it was before. */
export interface Choice {
  readonly remarks: readonly string[];
  readonly before: { readonly run: LabRun; readonly files: readonly File[] } | undefined;
}

export interface DataStore {
  /** Dropped or chosen; the run names some of them. */
  readonly files: ReadonlySignal<readonly File[]>;
  readonly setFiles: (files: readonly File[]) => void;
  readonly isLoading: ReadonlySignal<boolean>;
  /** Of the last run that could be loaded. */
  readonly summary: ReadonlySignal<DataSummary | undefined>;
  /** What the last table that could be read is like; undefined where the run holds its numbers. */
  readonly table: ReadonlySignal<TableFacts | undefined>;
  readonly problem: ReadonlySignal<Problem | undefined>;
  /** Files that the run names and nobody has given. */
  readonly lacking: ReadonlySignal<readonly NeededFile[]>;
  /** Of what is read now; undefined where nothing is, or it is quick. */
  readonly progress: ReadonlySignal<Progress | undefined>;
  /** What is wrong with files that were given last, and that the run does not have. */
  readonly fault: ReadonlySignal<string | undefined>;
  readonly choice: ReadonlySignal<Choice | undefined>;
  readonly thumbnails: ReadonlySignal<readonly Thumbnail[]>;
  /** Makes files the run's data, once they have been read; those that the run asks for are taken as they are. */
  readonly take: (files: readonly File[]) => Promise<void>;
  /** Says something about files that could not even be given. */
  readonly refuse: (error: unknown) => void;
  /** Makes this the run, and says what was changed. */
  readonly choose: (suited: Suited, remarks?: readonly string[]) => void;
  /** Back to how it was before the last choice. */
  readonly goBack: () => void;
  /** Ends the reading. */
  readonly cancel: () => void;
  /** Reads again what was cancelled. */
  readonly retry: () => void;
}

/** Milliseconds without a change before data is loaded anew. */
const QUIET = 120;
const CANCELLED = 'Reading was cancelled.';

interface Sources {
  readonly state: ReadonlySignal<LabState>;
  readonly isSound: ReadonlySignal<boolean>;
  /** Changes whenever the worker was ended: another reads the data again. */
  readonly restarts: ReadonlySignal<number>;
}

/** @param session opened when it is first needed */
export function openData(
  { state, isSound, restarts }: Sources,
  session: () => Promise<Remote<LabSession>>,
  editRun: (change: (run: LabRun) => LabRun) => void,
): DataStore {
  const files = signal<readonly File[]>([]);
  const isLoading = signal(false);
  const summary = signal<DataSummary | undefined>(undefined);
  const table = signal<TableFacts | undefined>(undefined);
  const problem = signal<Problem | undefined>(undefined);
  const progress = signal<Progress | undefined>(undefined);
  const fault = signal<string | undefined>(undefined);
  const choice = signal<Choice | undefined>(undefined);
  const thumbnails = signal<readonly Thumbnail[]>([]);
  const attempt = signal(0);
  const lacking = computed(() => lackingFiles(state.value.run.data, files.value));
  let count = 0;
  let taken = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const reporter = (isOwn: () => boolean) =>
    proxy((done: number, of: number | undefined) => {
      if (isOwn()) progress.value = { done, of };
    });

  const load = async (run: LabRun, given: readonly File[]) => {
    const own = (count += 1);
    const isOwn = () => own === count;
    isLoading.value = true;
    try {
      const { data } = await session();
      const found = await data.table(run, [...given], reporter(isOwn));
      if (!isOwn()) return;
      // Shown even where the run makes nothing of it, so that it can be put right.
      table.value = found;
      const made = await data.load(run, [...given]);
      if (!isOwn()) return;
      batch(() => {
        summary.value = made;
        problem.value = undefined;
      });
      if (thumbnails.peek().length === 0) thumbnails.value = await data.thumbnails();
    } catch (error) {
      if (isOwn()) problem.value = isAbort(error) ? { field: undefined, sentence: CANCELLED } : problemOf(error);
    } finally {
      if (isOwn()) {
        isLoading.value = false;
        progress.value = undefined;
      }
    }
  };
  effect(() => {
    const { run } = state.value;
    const given = files.value;
    void attempt.value;
    void restarts.value;
    clearTimeout(timer);
    if (!isSound.value) return;
    const lack = lackSentence(lacking.value);
    if (lack !== undefined) {
      count += 1;
      batch(() => {
        problem.value = { field: undefined, sentence: lack };
        isLoading.value = false;
      });
      return;
    }
    timer = setTimeout(() => void load(run, given), summary.peek() ? QUIET : 0);
  });

  const choose: DataStore['choose'] = ({ run, change }, remarks = []) =>
    batch(() => {
      const before = { run: state.peek().run, files: files.peek() };
      fault.value = undefined;
      choice.value = { remarks: change ? [...remarks, change] : remarks, before: change ? before : undefined };
      editRun(() => run);
    });

  const take: DataStore['take'] = async (given) => {
    const own = (taken += 1);
    const isOwn = () => own === taken;
    batch(() => {
      fault.value = choice.value = undefined;
    });
    const found = standInsFor(lacking.peek(), given);
    if (found.length > 0) {
      files.value = [...found, ...files.peek()];
      return;
    }
    progress.value = { done: 0, of: undefined };
    try {
      const { data } = await session();
      const inspection = await data.inspect([...given], reporter(isOwn));
      const suited = suitedTo(state.peek().run, inspection);
      // Tried before anything is changed: what cannot be used leaves all as it is.
      await data.load(suited.run, [...given]).catch((error: unknown) => {
        // What another choice of columns may put right is not refused.
        if ((error as Error).name !== 'RunError') throw error;
      });
      if (!isOwn()) return;
      batch(() => {
        const before = { run: state.peek().run, files: files.peek() };
        files.value = given;
        choose(suited, inspection.suggestion.remarks);
        choice.value = { ...choice.peek()!, before };
      });
    } catch (error) {
      if (isOwn()) fault.value = isAbort(error) ? CANCELLED : sentenceOf(error);
    } finally {
      if (isOwn()) progress.value = undefined;
    }
  };

  return {
    files,
    setFiles: (given) => (files.value = given),
    isLoading,
    summary,
    table,
    problem,
    lacking,
    progress,
    fault,
    choice,
    thumbnails,
    take,
    refuse: (error) => (fault.value = sentenceOf(error)),
    choose,
    goBack() {
      const before = choice.peek()?.before;
      if (!before) return;
      batch(() => {
        files.value = before.files;
        choice.value = fault.value = undefined;
        editRun(() => before.run);
      });
    },
    cancel: () => void session().then(({ data }) => data.cancel()),
    retry: () => (attempt.value += 1),
  };
}

function suitedTo(run: LabRun, { data, table, suggestion }: Inspection): Suited {
  const target = table.columns.find(({ name }) => name === suggestion.target) ?? table.columns.at(-1)!;
  return withData(run, data, targetFacts(target));
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
