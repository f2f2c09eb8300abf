/**
 * Fields of forms with their labels and problems. A field shows what was typed; only what is valid reaches `onChange`, so the
 * state behind it is never wrong, and the text in the field is never rewritten under the typing hand.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { wholeText } from '../../core/text.js';
import { useFault } from './field-faults.js';

interface Labelled {
  readonly label: string;
  /** What is wrong with it beyond its own rules, in a sentence. */
  readonly problem?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export interface NumberFieldProps extends Labelled {
  readonly value: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Whether `min` itself is not allowed. */
  readonly above?: boolean;
  /** Whether `max` itself is not allowed. */
  readonly below?: boolean;
  readonly onChange: (value: number) => void;
}

export function NumberField({ label, value, onChange, problem, disabled, ...rules }: NumberFieldProps) {
  const id = useId();
  const draft = useSignal<string | undefined>(undefined);
  const wrong = draft.value === undefined ? undefined : faultOf(draft.value, rules);
  const said = wrong ?? problem;
  useFault(id, label, wrong);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        inputMode={rules.whole ? 'numeric' : 'decimal'}
        autocomplete="off"
        spellcheck={false}
        disabled={disabled}
        value={draft.value ?? String(value)}
        aria-invalid={said ? 'true' : undefined}
        aria-describedby={said ? `${id}-problem` : undefined}
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
          if (faultOf(currentTarget.value, rules) === undefined) onChange(numberOf(currentTarget.value));
        }}
        onBlur={() => {
          if (wrong === undefined) draft.value = undefined;
        }}
      />
      <p class="problem" id={`${id}-problem`}>
        {said}
      </p>
    </div>
  );
}

type Rules = Pick<NumberFieldProps, 'whole' | 'min' | 'max' | 'above' | 'below'>;

function faultOf(
  text: string,
  { whole = false, min = -Infinity, max = Infinity, above = false, below = false }: Rules,
): string | undefined {
  const value = numberOf(text);
  const isNumber = text.trim() !== '' && Number.isFinite(value) && (!whole || Number.isInteger(value));
  const isInside = (above ? value > min : value >= min) && (below ? value < max : value <= max);
  if (isNumber && isInside) return undefined;
  const kind = whole ? 'a whole number' : 'a number';
  const [low, high] = [min, max].map((limit) => (Number.isInteger(limit) ? wholeText(limit) : String(limit)));
  const least = Number.isFinite(max) ? ` from ${low}` : `, ${low} or more`;
  const from = Number.isFinite(min) ? (above ? ` above ${low}` : least) : '';
  const to = Number.isFinite(max) ? (below ? ` below ${high}` : ` to ${high}`) : '';
  return `Expected ${kind}${from}${to}.`;
}

/** Separators are read where they are written in sentences too: `1,200,000`. */
function numberOf(text: string): number {
  return Number(/^\s*-?\d{1,3}(,\d{3})+\s*$/.test(text) ? text.replaceAll(',', '') : text);
}

export interface SelectFieldProps<T extends string> extends Labelled {
  readonly value: T;
  readonly options: readonly (T | { readonly value: T; readonly text: string })[];
  readonly onChange: (value: T) => void;
}

/** Characters of a choice that half a narrow column has no room for. */
const LONG = 13;

export function SelectField<T extends string>({
  label,
  value,
  options,
  onChange,
  problem,
  disabled,
}: SelectFieldProps<T>) {
  const id = useId();
  const isLong = options.some((option) => (typeof option === 'string' ? option : option.text).length > LONG);
  return (
    <div class={isLong ? 'field field-long' : 'field'}>
      <label for={id}>{label}</label>
      <select
        id={id}
        disabled={disabled}
        value={value}
        aria-invalid={problem ? 'true' : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={({ currentTarget }) => onChange(currentTarget.value as T)}
      >
        {options.map((option) => {
          const { value: one, text } = typeof option === 'string' ? { value: option, text: option } : option;
          return (
            <option key={one} value={one}>
              {text}
            </option>
          );
        })}
      </select>
      <p class="problem" id={`${id}-problem`}>
        {problem}
      </p>
    </div>
  );
}

export interface CheckFieldProps {
  readonly label: ComponentChildren;
  readonly checked: boolean;
  readonly disabled?: boolean | undefined;
  readonly onChange: (checked: boolean) => void;
}

export function CheckField({ label, checked, disabled, onChange }: CheckFieldProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
  );
}
