/**
 * What is known of the lab's network beyond its document: plan, first weights, and whether the device can hold it. It asks a worker by
 * itself whenever the network, the training or the sizes of the data change; it computes nothing.
 */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { DataStore } from '../data/data-store.js';
import type { DataSummary } from '../data/summary.js';
import type { LabRun, LabState } from '../lab-state.js';
import { type Problem, problemOf } from '../problem.js';
import type { LabSession } from '../worker/lab-session.js';
import type { LookRequest, NetworkLook } from './look.js';

export interface NetworkStore {
  /** Of the last network that could be looked at; a moment behind the document. */
  readonly look: ReadonlySignal<NetworkLook | undefined>;
  /** Whether the look is behind. */
  readonly isLooking: ReadonlySignal<boolean>;
  /** Why the network cannot be trained on this device with this data; undefined where nothing is known against it. */
  readonly problem: ReadonlySignal<Problem | undefined>;
}

/** Milliseconds without a change before the worker is asked: more than data wait, whose sizes come first. */
const QUIET = 180;

interface Sources {
  readonly state: ReadonlySignal<LabState>;
  /** Whether the run's own fields are right. */
  readonly isSound: ReadonlySignal<boolean>;
  readonly data: DataStore;
  /** Changes whenever the worker was ended: another is asked again. */
  readonly restarts: ReadonlySignal<number>;
}

export function openNetwork(
  { state, isSound, data, restarts }: Sources,
  session: () => Promise<Remote<LabSession>>,
): NetworkStore {
  const look = signal<NetworkLook | undefined>(undefined);
  const failure = signal<Problem | undefined>(undefined);
  const isLooking = signal(false);
  let count = 0;
  let asked = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const ask = async (request: LookRequest) => {
    const own = (count += 1);
    isLooking.value = true;
    try {
      const found = await (await session()).plan.look(request);
      if (own !== count) return;
      batch(() => {
        look.value = found;
        failure.value = undefined;
      });
    } catch (error) {
      if (own === count) failure.value = problemOf(error);
    } finally {
      if (own === count) isLooking.value = false;
    }
  };
  effect(() => {
    const summary = data.summary.value;
    clearTimeout(timer);
    if (!isSound.value || data.isLoading.value || !summary) return;
    const asking = restarts.value;
    const request = requestOf(state.value, summary, data.problem.value === undefined);
    timer = setTimeout(() => {
      const key = JSON.stringify([asking, request]);
      if (key === asked) return;
      asked = key;
      void ask(request);
    }, QUIET);
  });
  return {
    look,
    isLooking,
    problem: computed(() => failure.value ?? look.value?.refusal),
  };
}

function requestOf(
  { run, backend, schedule }: LabState,
  { inputs, outputs, rows }: DataSummary,
  fits: boolean,
): LookRequest {
  const shape = {
    inputs,
    outputs,
    rows: rows.train,
    validationRows: rows.validation,
    isWeighted: hasWeights(run.data),
  };
  return { model: run.model, training: run.training, inputs, shape: fits ? shape : undefined, backend, schedule };
}

function hasWeights(data: LabRun['data']): boolean {
  return 'sampleWeight' in data && data.sampleWeight !== undefined;
}
