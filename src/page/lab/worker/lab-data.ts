/**
 * Reads what the lab's run names (synthetic sets, dropped files, drawn points) and holds it for training, views and results. Files are
 * read once for all that is then chosen of them, and data are prepared once for all runs that make the same of them.
 */
import { parseSettings } from '../../../core/run.js';
import { DataError } from '../../../data/data-error.js';
import { type DataDocument, kindOf, parseData } from '../../../data/document.js';
import type { FileOpener } from '../../../data/file.js';
import { type LoadedRun, loadRun, loadWith, taskOfLoaded } from '../../../data/load.js';
import { droppedFile } from '../../../data/open-url.js';
import type { RawTable } from '../../../data/raw-table.js';
import { type ReadSources, readSources } from '../../../data/sources.js';
import { factsOf, type TableFacts } from '../data/facts.js';
import { identify } from '../data/identify.js';
import { loadKey, tableKey } from '../data/load-key.js';
import { fileNamed, filesIn } from '../data/needed-files.js';
import { suggest, type Suggestion } from '../data/suggest.js';
import { type DataSummary, summaryOf } from '../data/summary.js';
import { type Thumbnail, thumbnails } from '../data/thumbnails.js';
import type { LabRun } from '../lab-state.js';
import { explained } from './explain.js';
import { Kept } from './kept.js';

/** Bytes, or pictures, read so far, and of how many. */
export type OnProgress = (done: number, of: number | undefined) => void;

/** What new files are, and what a run may say about them. */
export interface Inspection {
  readonly data: LabRun['data'];
  readonly table: TableFacts;
  readonly suggestion: Suggestion;
}

/** Tables of more bytes are read again instead of being held beside what was made of them. */
const MOST_KEPT_BYTES = 2 ** 29;
/** Milliseconds between two words about progress, at least. */
const PROGRESS_EVERY = 50;

export class LabData {
  readonly #tables = new Kept<ReadSources>(2, ({ train }) => bytesOf(train) <= MOST_KEPT_BYTES);
  readonly #facts = new WeakMap<RawTable, TableFacts>();
  // Two, since views may be of the run that was trained while the page shows the next.
  readonly #loads = new Kept<LoadedRun>(2);
  readonly #underWay = new Set<AbortController>();

  /**
   * @param files that the run may name, dropped on the page or chosen
   * @throws RunError for a field that is wrong, or that does not fit the data; DataError for data that cannot be read or used
   */
  async load(run: LabRun, files: readonly File[]): Promise<DataSummary> {
    return this.#cancellable(async (signal) => {
      const loaded = await this.#loadedWith(run, files, { signal });
      // Whether the network fits the data too is said before anybody trains.
      try {
        taskOfLoaded(loaded);
      } catch (error) {
        throw explained(error);
      }
      return summaryOf(loaded);
    });
  }

  /** For the other parts of the worker. */
  async loaded(run: LabRun, files: readonly File[]): Promise<LoadedRun> {
    return this.#loadedWith(run, files, {});
  }

  /**
   * What the table is like that the run names, as it stands in the file; undefined for points that are in the run.
   * @throws DataError
   */
  async table(run: LabRun, files: readonly File[], onProgress?: OnProgress): Promise<TableFacts | undefined> {
    const kind = kindOf(run.data);
    if (kind === undefined) return undefined;
    const data = parseData(run.data, kind);
    const seed = data.seed ?? run.model.seed ?? 0;
    return this.#cancellable(async (signal) => {
      const { train } = await this.#read(data, seed, files, { signal, onProgress: paced(onProgress) });
      return this.#factsOf(train);
    });
  }

  /**
   * What files are that the run does not name yet.
   * @throws DataError for files that are nothing together, or cannot be read
   */
  async inspect(files: readonly File[], onProgress?: OnProgress): Promise<Inspection> {
    return this.#cancellable(async (signal) => {
      const { data: named, target } = await identify(files, signal);
      const kind = kindOf(named)!;
      const read = { signal, onProgress: paced(onProgress) };
      const { train } = await this.#read(parseData(named, kind), 0, files, read);
      const table = this.#factsOf(train);
      const suggestion = suggest(table, target);
      const choice = 'target' in named && { target: suggestion.target, ...ignoring(suggestion.ignore) };
      return { data: { ...named, ...choice, ...suggestion.settings } as LabRun['data'], table, suggestion };
    });
  }

  /** Ends what `load`, `table` and `inspect` have under way; they throw an AbortError. */
  cancel(): void {
    for (const controller of this.#underWay) controller.abort();
  }

  /** The synthetic sets as small pictures. */
  thumbnails(): readonly Thumbnail[] {
    return thumbnails();
  }

  async #loadedWith(run: LabRun, files: readonly File[], options: ReadWith): Promise<LoadedRun> {
    const loaded = await this.#loads.get(loadKey(run, files), async () => {
      if (kindOf(run.data) === undefined) return withClasses(await loadRun(run));
      return loadWith(run, (data, seed) => this.#read(data, seed, files, options));
    });
    // What does not go into the data is this run's own.
    return { ...loaded, ...parseSettings({ model: run.model, training: run.training }) };
  }

  async #read(data: DataDocument, seed: number, files: readonly File[], options: ReadWith): Promise<ReadSources> {
    const sources = await this.#tables.get(tableKey(data, seed, files), () =>
      readSources(data, { ...options, seed, opener: openerOf(files) }),
    );
    return 'target' in data ? { ...sources, target: data.target } : sources;
  }

  #factsOf(table: RawTable): TableFacts {
    const facts = this.#facts.get(table) ?? factsOf(table);
    this.#facts.set(table, facts);
    return facts;
  }

  async #cancellable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.#underWay.add(controller);
    try {
      return await work(controller.signal);
    } finally {
      this.#underWay.delete(controller);
    }
  }
}

interface ReadWith {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

function ignoring(names: readonly string[]) {
  return names.length > 0 ? { ignore: [...names] } : {};
}

/** Points that were drawn have classes without names: their numbers. */
function withClasses(loaded: LoadedRun): LoadedRun {
  const { training, model, train } = loaded;
  const isSparse = training.loss.name === 'sparseCategoricalCrossentropy';
  if (
    train.y.columns !== 1 ||
    !Array.prototype.every.call(train.y.values, Number.isInteger) ||
    !(isSparse || training.loss.name === 'binaryCrossentropy')
  )
    return loaded;
  const last = model.layers.findLast((layer) => layer.type === 'dense');
  const count = isSparse && last?.type === 'dense' ? last.units : 2;
  return { ...loaded, classes: Array.from({ length: count }, (_, label) => String(label)) };
}

function bytesOf({ columns }: RawTable): number {
  return columns.reduce((sum, column) => sum + (column.kind === 'text' ? column.codes : column.values).byteLength, 0);
}

/** No more messages than anybody can read. */
function paced(onProgress: OnProgress | undefined): OnProgress | undefined {
  if (!onProgress) return undefined;
  let last = -Infinity;
  return (done, of) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY && done !== of) return;
    last = now;
    onProgress(done, of);
  };
}

function openerOf(files: readonly File[]): FileOpener {
  return {
    open(path) {
      const file = fileNamed(path, files);
      if (file) return Promise.resolve(droppedFile(file));
      return Promise.reject(
        new DataError(path, '', 'no file of that name on this page', 'it to be dropped here, or chosen'),
      );
    },
    listFolder(path) {
      const inside = filesIn(path, files);
      if (inside.length > 0) return Promise.resolve(inside.map((file) => droppedFile(file)));
      return Promise.reject(
        new DataError(path, '', 'no folder of that name on this page', 'it to be dropped here, or chosen'),
      );
    },
  };
}
