/** What is rarely looked at or changed, folded away under what they are now. It opens by itself where something in it is wrong. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './fold.css';

export interface FoldProps {
  readonly title: string;
  /** What is set in it, in a few words. */
  readonly now: string;
  readonly isWrong?: boolean;
  readonly onOpen?: () => void;
  readonly children: ComponentChildren;
}

export function Fold({ title, now, isWrong = false, onOpen, children }: FoldProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (isWrong && details.current) details.current.open = true;
  }, [isWrong]);
  return (
    <details class="fold" ref={details} onToggle={({ currentTarget }) => currentTarget.open && onOpen?.()}>
      <summary>
        <span class="fold-title">{title}</span> <span class="fold-now">{now}</span>
      </summary>
      <div class="fold-body">{children}</div>
    </details>
  );
}
