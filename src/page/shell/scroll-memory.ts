/**
 * Where each view was scrolled to, for the browser's buttons back and forward: a view is loaded and drawn anew there, so the browser
 * would find a page that is not high enough yet. Whoever follows a link begins at the top.
 */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** Milliseconds in which a view has to become as high as it was. */
const PATIENCE = 5000;
/** Milliseconds without a change of its height after which a view counts as complete. */
const QUIET = 500;

/** @returns whether the view was come to by back or forward */
export function useScrollMemory(view: string): () => boolean {
  const memory = useRef({ places: new Map<string, number>(), view, isReturn: false, isRestoring: false }).current;
  useEffect(() => {
    const note = () => {
      if (!memory.isRestoring) memory.places.set(memory.view, scrollY);
    };
    const turn = () => (memory.isReturn = true);
    addEventListener('scroll', note, { passive: true });
    addEventListener('popstate', turn);
    return () => {
      removeEventListener('scroll', note);
      removeEventListener('popstate', turn);
    };
  }, []);
  // Before the browser tells that the page has become lower, which would pass for the visitor's own scrolling.
  useLayoutEffect(() => {
    if (view === memory.view) return;
    memory.view = view;
    if (memory.isReturn) return comeBack(memory.places.get(view) ?? 0, memory);
    scrollTo({ top: 0, behavior: 'instant' });
    return undefined;
  }, [view]);
  // Effects of parents come last, so whoever asks in an effect of the same component is answered before.
  return () => {
    const { isReturn } = memory;
    memory.isReturn = false;
    return isReturn;
  };
}

/** Scrolls there again and again while the view grows, unless the visitor scrolls first. @returns what ends it */
function comeBack(place: number, memory: { isRestoring: boolean }): () => void {
  memory.isRestoring = true;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const sizes = new ResizeObserver(() => {
    // What is filled in above has moved the place.
    scrollTo({ top: place, behavior: 'instant' });
    clearTimeout(quiet);
    if (Math.abs(scrollY - place) < 1) quiet = setTimeout(end, QUIET);
  });
  const timer = setTimeout(end, PATIENCE);
  const ends = ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const;
  function end(): void {
    memory.isRestoring = false;
    sizes.disconnect();
    clearTimeout(quiet);
    clearTimeout(timer);
    for (const name of ends) removeEventListener(name, end);
  }
  for (const name of ends) addEventListener(name, end, { passive: true });
  sizes.observe(document.body);
  return end;
}
