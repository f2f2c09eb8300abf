/** The number fields of a setting that has a name, from the table of what they may be. */
import { NumberField } from '../../../parts/fields.js';
import type { Rules } from './rules.js';

export interface NumbersProps {
  /** Into the run, of the setting: `training.optimizer`. */
  readonly path: string;
  readonly rules: Rules;
  readonly values: Readonly<Record<string, unknown>>;
  readonly problemAt: (path: string) => string | undefined;
  /** Undefined where a number is at its default. */
  readonly onChange: (field: string, value: number | undefined) => void;
}

export function Numbers({ path, rules, values, problemAt, onChange }: NumbersProps) {
  return (
    <>
      {Object.entries(rules).map(([field, { label, fallback, first = 0, whole = false, above = false, min, max }]) => (
        <NumberField
          key={`${path}.${field}`}
          label={label}
          value={(values[field] as number | undefined) ?? fallback ?? first}
          problem={problemAt(`${path}.${field}`)}
          whole={whole}
          above={above}
          {...(min !== undefined && { min })}
          {...(max !== undefined && { max })}
          onChange={(value) => onChange(field, value === fallback ? undefined : value)}
        />
      ))}
    </>
  );
}

/** The rules that are shown at once, or those under "More". */
export function rulesOf(rules: Rules, isRare: boolean): Rules {
  return Object.fromEntries(Object.entries(rules).filter(([, rule]) => (rule.isRare ?? false) === isRare));
}
