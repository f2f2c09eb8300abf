/** A share as a bar beside its number, for eyes only: the number says the same. Over 1 it is full, and in the colour of errors. */
import './share-bar.css';

export function ShareBar({ share, isGood = true }: { readonly share: number; readonly isGood?: boolean }) {
  const width = `${100 * Math.max(0, Math.min(1, Number.isNaN(share) ? 1 : share))}%`;
  return (
    <span class={isGood ? 'share-bar' : 'share-bar share-bar-bad'} aria-hidden="true">
      <span style={{ width }} />
    </span>
  );
}
