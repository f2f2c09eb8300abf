/**
 * Holds the walkthrough's session for the page: opens it, takes it to the place that is wanted, the latest one if they come
 * faster than it can follow, and says when it has failed. It shows nothing.
 */
import { releaseProxy, type Remote } from 'comlink';
import { type ReadonlySignal, signal } from '@preact/signals';
import { sentenceOf } from '../worker/errors.js';
import type { Workers } from '../worker/open-workers.js';
import type { Frame, Opening } from './frame.js';
import type { Session } from './session.js';
import type { WalkthroughState } from './walkthrough-state.js';

export interface Conductor {
  readonly opening: ReadonlySignal<Opening | undefined>;
  readonly frame: ReadonlySignal<Frame | undefined>;
  readonly want: (place: WalkthroughState) => void;
  readonly close: () => void;
}

/** @param onFailure told once, when the session can go no further; whoever hears of it opens another */
export function conduct(workers: Workers, place: WalkthroughState, onFailure: (sentence: string) => void): Conductor {
  const opening = signal<Opening | undefined>(undefined);
  const frame = signal<Frame | undefined>(undefined);
  const run = { wanted: place, isOver: false, isMoving: false, session: undefined as Remote<Session> | undefined };

  const end = (sentence?: string) => {
    if (run.isOver) return;
    run.isOver = true;
    const { session } = run;
    // What the worker has to say to that is no news: it may be gone itself.
    if (session)
      void session.close().then(
        () => session[releaseProxy](),
        () => undefined,
      );
    if (sentence !== undefined) onFailure(sentence);
  };
  const fail = (error: unknown) => end(sentenceOf(error));

  const follow = async () => {
    const { session } = run;
    if (!session || run.isMoving) return;
    run.isMoving = true;
    while (!run.isOver && !isAt(frame.peek(), run.wanted)) {
      const { wanted } = run;
      const reached = await session.goTo(wanted);
      // The end is as far as it goes.
      if (run.wanted === wanted) run.wanted = { seed: reached.seed, passes: reached.passes };
      if (!run.isOver) frame.value = reached;
    }
    run.isMoving = false;
  };

  const begin = async () => {
    const session = (await workers.get('gpu').openWalkthrough(place.seed)) as unknown as Remote<Session>;
    run.session = session;
    if (run.isOver) return void session.close();
    opening.value = await session.opening();
    void session.lost().then(
      (reason) => end(`The GPU was lost: ${reason || 'no reason given'}. What it computed is gone.`),
      () => undefined,
    );
    await follow();
  };
  void begin().catch(fail);

  return {
    opening,
    frame,
    want(wanted) {
      run.wanted = wanted;
      void follow().catch(fail);
    },
    close: () => end(),
  };
}

function isAt(frame: Frame | undefined, { seed, passes }: WalkthroughState): boolean {
  return frame?.seed === seed && frame.passes === passes;
}
