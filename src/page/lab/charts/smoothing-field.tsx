/** How much curves are smoothed: a slider that says its value. */
import { useId } from 'preact/hooks';

const MOST = 0.99;

export function SmoothingField({
  value,
  onChange,
}: {
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        Smoothing <span class="slider-value">{value === 0 ? 'none' : value.toFixed(2)}</span>
      </label>
      <input
        id={id}
        type="range"
        min="0"
        max={MOST}
        step="0.01"
        value={value}
        aria-valuetext={value === 0 ? 'none' : value.toFixed(2)}
        onInput={({ currentTarget }) => onChange(Math.min(MOST, currentTarget.valueAsNumber))}
      />
    </div>
  );
}
