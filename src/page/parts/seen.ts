/** Whether a part of the page can be seen now: what nobody sees need not be computed or drawn. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

export function useSeen(place: RefObject<Element | null>): ReadonlySignal<boolean> {
  const isSeen = useSignal(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => (isSeen.value = entries.at(-1)!.isIntersecting),
      // A little before it comes into sight.
      { rootMargin: '120px' },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place, isSeen]);
  return isSeen;
}
