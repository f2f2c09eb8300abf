/**
 * Copies a text and says so. Where the clipboard is forbidden the text stands in a field, selected, for the visitor to copy; nothing
 * is lost in silence.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
  readonly disabled?: boolean | undefined;
}

/** Milliseconds that “Copied” stands on the button. */
const SAID_FOR = 2500;

export function CopyButton({ label, text, disabled }: CopyButtonProps) {
  const isCopied = useSignal(false);
  const byHand = useSignal<string | undefined>(undefined);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.select(), [byHand.value]);
  const copy = async () => {
    const whole = text();
    byHand.value = undefined;
    try {
      await navigator.clipboard.writeText(whole);
      isCopied.value = true;
      setTimeout(() => (isCopied.value = false), SAID_FOR);
    } catch {
      byHand.value = whole;
    }
  };
  return (
    <>
      <button type="button" class="quiet" disabled={disabled} onClick={() => void copy()}>
        {isCopied.value ? 'Copied' : label}
      </button>
      <span class="visually-hidden" role="status">
        {isCopied.value && `${label}: copied`}
      </span>
      {byHand.value !== undefined && (
        <span class="copy-by-hand">
          <label>
            The browser keeps its clipboard closed: copy this yourself.
            <textarea ref={field} readOnly rows={3} value={byHand.value} />
          </label>
        </span>
      )}
    </>
  );
}
