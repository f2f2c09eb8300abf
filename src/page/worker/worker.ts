/**
 * The worker's side: everything that computes for the page, each part loaded when it is first asked for. Each call opens a
 * session of its own, which lives until it is closed. It knows no document.
 */
import { expose, proxy } from 'comlink';
import type { Level } from '../walkthrough/measure-level.js';
import { carryErrors } from './errors.js';

const api = {
  /** The walkthrough's training, from this seed. */
  openWalkthrough: async (seed: number) => (await import('../walkthrough/session.js')).openSession(seed),
  /** How long the walkthrough's training takes in one of its three ways. */
  measureLevel: async (level: Level, seed: number) =>
    (await import('../walkthrough/measure-level.js')).measureLevel(level, seed),
  /** What trains, shows and uses the lab's network. */
  openLab: async () => proxy(new (await import('../lab/worker/lab-session.js')).LabSession()),
  /** What looks at the device, tests and measures it. */
  openDevice: async () => proxy(new (await import('../device/worker/device-session.js')).DeviceSession()),
  /** What times the benchmark's workloads. */
  openBenchmark: async () => proxy(new (await import('../benchmark/worker/bench-session.js')).BenchSession()),
};

export type WorkerApi = typeof api;

carryErrors();
expose(api);
