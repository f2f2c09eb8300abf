/** The numbers of a chart as a table that can be opened. It is made only while it is open, and scrolls by itself. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export interface TableDetailsProps {
  readonly summary: string;
  /** Of the table, for who cannot see it. */
  readonly label: string;
  readonly children: () => ComponentChildren;
}

export function TableDetails({ summary, label, children }: TableDetailsProps) {
  const isOpen = useSignal(false);
  return (
    <details class="chart-table" onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen.value && (
        <div class="scroll" tabIndex={0} role="group" aria-label={label}>
          {children()}
        </div>
      )}
    </details>
  );
}
