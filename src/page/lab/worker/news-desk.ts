/** Collects what is new of a training and hands it over now and then, some thirty times a second at most. */
import { transfer } from 'comlink';
import type { EpochReport } from '../../../core/trained.js';
import type { Snapshot, TrainingNews } from '../training/news.js';

/** Milliseconds between two news, at least. */
const NEWS_EVERY = 33;

export class NewsDesk {
  readonly #send: (news: TrainingNews) => void;
  #reports: EpochReport[] = [];
  #warnings: string[] = [];
  #progress: TrainingNews['progress'];
  #checkpoint: TrainingNews['checkpoint'];
  #snapshot: Snapshot | undefined;
  #isPaused: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (news: TrainingNews) => void, isPaused: boolean) {
    this.#send = send;
    this.#isPaused = isPaused;
  }

  add({ reports, warnings, progress, checkpoint, snapshot }: Partial<TrainingNews>): void {
    if (reports) this.#reports.push(...reports);
    if (warnings) this.#warnings.push(...warnings);
    this.#progress = progress ?? this.#progress;
    this.#checkpoint = checkpoint ?? this.#checkpoint;
    this.#snapshot = snapshot ?? this.#snapshot;
    this.#timer ??= setTimeout(() => this.flush(), NEWS_EVERY);
  }

  rest(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.flush();
  }

  /** Hands over what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const news: TrainingNews = {
      reports: this.#reports,
      warnings: this.#warnings,
      progress: this.#progress,
      checkpoint: this.#checkpoint,
      snapshot: this.#snapshot,
      isPaused: this.#isPaused,
    };
    this.#send(transfer(news, buffersOf(this.#snapshot)));
    this.#reports = [];
    this.#warnings = [];
    this.#progress = this.#checkpoint = this.#snapshot = undefined;
  }
}

/** What goes over without being copied: the weights are copies already. */
function buffersOf(snapshot: Snapshot | undefined): ArrayBuffer[] {
  const matrices = snapshot?.weights.flatMap((layer) => Object.values(layer)) ?? [];
  return [...new Set(matrices.map(({ values }) => values.buffer as ArrayBuffer))];
}
