/** Follows what changes often at a pace that can be drawn: at most so often, at an animation frame, and always to the last value. */
import { effect, type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Milliseconds between two drawings: some twenty a second; two a second for who wants less motion. */
const PACE = 50;
const CALM_PACE = 500;

export function wantsCalm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** @param compute from signals; it runs at each of their changes, so it only puts them together */
export function usePaced<T>(compute: () => T): ReadonlySignal<T> {
  const source = useComputed(compute);
  const shown = useSignal(source.peek());
  useEffect(() => {
    const pace = wantsCalm() ? CALM_PACE : PACE;
    let last = -Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame: number | undefined;
    const draw = () => {
      frame = undefined;
      last = performance.now();
      shown.value = source.peek();
    };
    const end = effect(() => {
      void source.value;
      if (timer !== undefined || frame !== undefined) return;
      const wait = Math.max(0, last + pace - performance.now());
      timer = setTimeout(() => {
        timer = undefined;
        frame = requestAnimationFrame(draw);
      }, wait);
    });
    return () => {
      end();
      clearTimeout(timer);
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [source, shown]);
  return shown;
}
