/**
 * Trains the lab's run in this worker, on WebGPU or with the reference, under the page's hand: paused, a step at a time, stopped. It
 * tells of it some thirty times a second at most. Where the device is lost the trainer goes on by itself, to the same bits.
 */
import { initialWeights } from '../../../core/initializers.js';
import type { Place } from '../../../core/saved-state.js';
import type { Task } from '../../../core/task.js';
import { TrainingError } from '../../../core/trained.js';
import { taskOfLoaded } from '../../../data/load.js';
import { adapterText, DeviceError } from '../../../gpu/device.js';
import { quickerBackend } from '../../../trainer/quicker.js';
import { noWebGpuSentence } from '../../parts/sentences.js';
import type { KeptTraining } from '../training/kept.js';
import type { TrainingEnd, TrainingNews, TrainingStart, TrainRequest } from '../training/news.js';
import { stepsOf, trainOnCpu, trainOnDevice } from './backends.js';
import { checkFits } from '../../../trainer/fitting-batch.js';
import { explained } from './explain.js';
import { HeldDevice } from './held-device.js';
import { isKeptOf, type Keeping, keptOf, listKept, openKeeping, removeKept } from './kept-trainings.js';
import type { LabData } from './lab-data.js';
import { NewsDesk } from './news-desk.js';
import { type Stride, TrainingPace } from './training-pace.js';

const BEGINNING: Place = { epoch: 0, turn: 0, step: 0 };

export class LabTraining {
  readonly #data: LabData;
  readonly #device = new HeldDevice();
  #pace: TrainingPace | undefined;
  /** Fulfilled once the last training has let go of everything. */
  #ended: Promise<unknown> = Promise.resolve();

  constructor(data: LabData) {
    this.#data = data;
  }

  /**
   * Trains to the end, or until it is stopped. One at a time: one that is still under way is stopped first.
   * @throws what the trainer throws
   */
  train(
    request: TrainRequest,
    onStart: (start: TrainingStart) => void,
    onNews: (news: TrainingNews) => void,
  ): Promise<TrainingEnd> {
    this.#pace?.stop();
    const { startsPaused, sendsWeights } = request;
    const news = new NewsDesk(onNews, startsPaused);
    const pace = new TrainingPace({
      startsPaused,
      onWeights: sendsWeights ? (place, weights) => news.add({ snapshot: { place, weights } }) : undefined,
      onRest: (isPaused) => news.rest(isPaused),
    });
    this.#pace = pace;
    const training = this.#ended.then(() => this.#train({ request, pace, news, onStart }));
    this.#ended = training.catch(() => undefined);
    return training;
  }

  pause(): void {
    this.#pace?.pause();
  }

  resume(): void {
    this.#pace?.resume();
  }

  step(stride: Stride): void {
    this.#pace?.step(stride);
  }

  stop(): void {
    this.#pace?.stop();
  }

  /** Has a checkpoint kept as soon as may be: the page may be about to go. */
  save(): void {
    this.#pace?.save();
  }

  /** That it answers at all. */
  isAlive(): boolean {
    return true;
  }

  /**
   * The checkpoint of this very run, if one is kept. Without its files its data are not compared.
   * @throws RunError where data, model and training do not fit each other; CheckpointError for a storage that cannot be used
   */
  async kept(run: TrainRequest['run'], files: readonly File[] | undefined): Promise<KeptTraining | undefined> {
    const task = files && (await this.#task(run, files));
    const found = keptOf(run, await listKept());
    return found && (!task || isKeptOf(task, found)) ? found : undefined;
  }

  /** @throws CheckpointError for a storage that cannot be used */
  allKept(): Promise<readonly KeptTraining[]> {
    return listKept();
  }

  removeKept(name: string): Promise<void> {
    return removeKept(name);
  }

  async #train(job: Job): Promise<TrainingEnd> {
    const { request, pace, news } = job;
    let keeping: Keeping | undefined;
    try {
      const task = await this.#task(request.run, request.files);
      await this.#checkFits(request, task);
      keeping = await this.#keeping(job, task);
      pace.begin({ epochs: task.training.epochs, inner: keeping?.keeper });
      return await this.#trainOn(job, task, keeping !== undefined);
    } catch (error) {
      if (error instanceof TrainingError) {
        const { epoch, step, weights } = error.divergence;
        news.add({ snapshot: { place: { epoch: epoch - 1, turn: 0, step: step - 1 }, weights } });
      }
      throw explained(error);
    } finally {
      if (this.#pace === pace) this.#pace = undefined;
      news.flush();
      keeping?.close();
    }
  }

  /** @throws RunError where data, model and training do not fit each other */
  async #task(run: TrainRequest['run'], files: readonly File[]): Promise<Task> {
    const loaded = await this.#data.loaded(run, files);
    try {
      return taskOfLoaded(loaded);
    } catch (error) {
      throw explained(error);
    }
  }

  /**
   * Whether the device can hold it, before anything is made for it: even its first weights could be more than there is room for.
   * @throws RunError naming the field that is too large
   */
  async #checkFits({ backend, schedule }: TrainRequest, task: Task): Promise<void> {
    const device = backend === 'cpu' ? undefined : await this.#device.open();
    if (device) checkFits(task, device, schedule);
  }

  /** @throws CheckpointError where there is nothing to go on from */
  async #keeping({ request, news }: Job, task: Task): Promise<Keeping | undefined> {
    const { run, files, checkpoints = 'none' } = request;
    if (checkpoints === 'none') return undefined;
    const onWarning = (sentence: string) => news.add({ warnings: [sentence] });
    const goesOn = checkpoints === 'goOn';
    const names = files.map(({ name }) => name);
    const onCheckpoint: (checkpoint: TrainingNews['checkpoint']) => void = (checkpoint) => news.add({ checkpoint });
    try {
      return await openKeeping({ run, task, files: names, steps: stepsOf(task), goesOn, onCheckpoint, onWarning });
    } catch (error) {
      if (goesOn) throw error;
      const why = error instanceof Error ? error.message : String(error);
      onWarning(`The training goes on without checkpoints: ${why}`);
      return undefined;
    }
  }

  async #trainOn(job: Job, task: Task, keepsCheckpoints: boolean): Promise<TrainingEnd> {
    try {
      return await this.#run(job, task, keepsCheckpoints);
    } catch (error) {
      // One that has failed is good for nothing more.
      if (error instanceof DeviceError) this.#device.drop();
      throw error;
    }
  }

  async #run(job: Job, task: Task, keepsCheckpoints: boolean): Promise<TrainingEnd> {
    const { request, pace, news, onStart } = job;
    const { from } = pace;
    const backend = from?.backend ?? request.backend;
    const schedule = from ? (from.schedule as TrainRequest['schedule']) : request.schedule;
    const notes = [...task.notes];
    let device = backend === 'cpu' ? undefined : await this.#device.open();
    if (!device && backend !== 'cpu') {
      const why = noWebGpuSentence({ isSecureContext, hasApi: 'gpu' in navigator });
      // What was trained so far is the GPU's, and there is none.
      if (from) throw new DeviceError(`The training began on WebGPU and cannot go on without it. ${why}`);
      news.add({ warnings: [why] });
    }
    if (device && backend === 'auto' && !schedule) {
      const quicker = await quickerBackend(device, task, false);
      if (quicker.note) notes.push(quicker.note);
      if (quicker.backend === 'cpu') device = undefined;
    }
    const adapter = device && adapterText(device.adapter);
    if (adapter !== undefined && from?.adapter !== undefined && from.adapter !== adapter) {
      notes.push(`The checkpoint was made on ${from.adapter}; on ${adapter} the last bits may be others.`);
    }
    const verify = device ? (request.verify ?? 'sample') : 'off';
    onStart({
      backend: device ? 'webgpu' : 'cpu',
      adapter,
      notes,
      batchSize: task.batchSize,
      steps: stepsOf(task),
      epochs: task.training.epochs,
      from: from && { place: from.place, history: from.history, confusionMatrices: from.confusionMatrices },
      verify,
      keepsCheckpoints,
    });
    if (request.sendsWeights && !from) {
      news.add({ snapshot: { place: BEGINNING, weights: initialWeights(task.model, task.widths[0]!) } });
    }
    const open = () => {
      this.#device.drop();
      return this.#device.open();
    };
    const work = { schedule, verify, pace, news, open };
    return device ? trainOnDevice(device, task, work) : trainOnCpu(task, work);
  }
}

/** A training, and those who have to do with it. */
interface Job {
  readonly request: TrainRequest;
  readonly pace: TrainingPace;
  readonly news: NewsDesk;
  readonly onStart: (start: TrainingStart) => void;
}
