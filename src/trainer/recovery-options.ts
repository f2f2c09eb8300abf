/** What is told of a training whose device is lost, and how it is gone on with. It goes on with none (recovery.ts). */
import type { Device } from '../gpu/device.js';

/** A training that goes on after its device was lost. */
export interface Recovery {
  /** What was lost, and where the training goes on, in two sentences. */
  readonly message: string;
  /** Updates that are done there. */
  readonly step: number;
  /** The epoch that it goes on in, from 1. */
  readonly epoch: number;
  /** Which attempt it is since the training last got further, from 1. */
  readonly attempt: number;
  /** After how many such attempts the training fails. */
  readonly of: number;
}

/** How a training is gone on with, in milliseconds; other ones serve for tests. @internal */
export interface RecoveryPace {
  /** Between two states that are held in memory. */
  readonly every: number;
  /** The same once a device was lost: where one is, another is soon. */
  readonly everyAfterLoss: number;
  /** Before each attempt: a driver that fell over needs a while. There are as many without getting further. */
  readonly waits: readonly number[];
}

/** @internal */
export interface RecoveryOptions {
  /** Opens a device in the place of the one that was lost, which it gives back. Without it a loss is thrown. */
  readonly open?: (() => Promise<Device | undefined>) | undefined;
  readonly onRecovery?: ((recovery: Recovery) => void) | undefined;
  readonly recoveryPace?: RecoveryPace | undefined;
}
