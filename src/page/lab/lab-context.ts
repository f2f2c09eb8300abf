/** What the lab's panels share: the run and how it is changed, its data, its training. Made once in lab.tsx. */
import type { ReadonlySignal } from '@preact/signals';
import type { Remote } from 'comlink';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Faults } from '../parts/field-faults.js';
import type { RunStore } from './charts/run-store.js';
import type { DataStore } from './data/data-store.js';
import type { LabRun, LabState } from './lab-state.js';
import type { NetworkStore } from './network/network-store.js';
import type { Problem } from './problem.js';
import type { ResultsStore } from './results/results-store.js';
import type { TrainingStore } from './training/training-store.js';
import type { LabSession } from './worker/lab-session.js';

export type { Problem } from './problem.js';

export interface Lab {
  readonly state: ReadonlySignal<LabState>;
  readonly edit: (change: (state: LabState) => LabState) => void;
  readonly editRun: (change: (run: LabRun) => LabRun) => void;
  /** What is wrong with the run's own fields, before any data is read; undefined where nothing is. */
  readonly problem: ReadonlySignal<Problem | undefined>;
  readonly data: DataStore;
  readonly network: NetworkStore;
  readonly training: TrainingStore;
  /** The trainings before, to compare with. */
  readonly runs: RunStore;
  readonly results: ResultsStore;
  /** Fields whose text is no value; the state behind them is the last that was one. */
  readonly faults: Faults;
  /** The session in the CPU's worker, opened when it is first needed. */
  readonly cpuSession: () => Promise<Remote<LabSession>>;
}

export const LabPlace = createContext<Lab | undefined>(undefined);

export function useLab(): Lab {
  const lab = useContext(LabPlace);
  if (!lab) throw new Error('This part stands outside of the lab.');
  return lab;
}
