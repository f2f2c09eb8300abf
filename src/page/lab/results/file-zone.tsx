/** A place for one file: to drop it, or to choose it with a button. What becomes of it is the caller's. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useDrop } from '../data/use-drop.js';

export interface FileZoneProps {
  readonly id: string;
  /** On the button. */
  readonly label: string;
  /** Ends of names, as the file field takes them: `.json,.csv`. */
  readonly accept: string;
  readonly isBusy?: boolean;
  readonly onFile: (file: File) => void;
  /** What belongs here. */
  readonly children: ComponentChildren;
}

export function FileZone({ id, label, accept, isBusy = false, onFile, children }: FileZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (file) onFile(file);
  };
  const drop = useDrop((files) => void files.then(([file]) => take(file)));
  return (
    <div id={id} class={drop.isOver ? 'drop-zone is-over' : 'drop-zone'} aria-busy={isBusy} {...drop.handlers}>
      <p class="note">{children}</p>
      <div class="buttons">
        <button type="button" class="quiet" disabled={isBusy} onClick={() => input.current?.click()}>
          {label}
        </button>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        aria-label={label}
        onChange={({ currentTarget }) => {
          take(currentTarget.files?.[0]);
          // The same file may be chosen again, after it was put right.
          currentTarget.value = '';
        }}
      />
    </div>
  );
}
