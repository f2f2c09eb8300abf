/** One input of the network as a control: a number with a slider, a category, a pad, or a row that is taken as a whole. */
import { useId } from 'preact/hooks';
import { NumberField, SelectField } from '../../parts/fields.js';
import { PicturePad } from './picture-pad.js';
import type { InputField, InputValue } from './subject.js';

export interface InputControlProps {
  readonly field: InputField;
  readonly value: InputValue;
  readonly onChange: (value: InputValue) => void;
}

export function InputControl({ field, value, onChange }: InputControlProps) {
  switch (field.kind) {
    case 'number':
      return <SliderField field={field} value={value as number} onChange={onChange} />;
    case 'category':
      return <CategoryField field={field} value={value as string} onChange={onChange} />;
    case 'picture':
      return <PicturePad field={field} values={value as Float64Array} onDraw={onChange} />;
    case 'block':
      return (
        <p class="note">
          {field.name} is a row of {field.width} numbers, too many to set one by one: take a row of the data.
        </p>
      );
    default:
      return field satisfies never;
  }
}

interface SliderFieldProps {
  readonly field: Extract<InputField, { kind: 'number' }>;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** The field takes any number, beyond the data's range too; the slider what the data has. */
function SliderField({ field, value, onChange }: SliderFieldProps) {
  const { name, min, max, step } = field;
  const id = useId();
  return (
    <div class="slider" data-input={name}>
      <NumberField label={name} value={value} onChange={onChange} />
      <input
        id={id}
        type="range"
        aria-label={`${name}, from ${min} to ${max}`}
        min={min}
        max={max}
        step={step}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </div>
  );
}

interface CategoryFieldProps {
  readonly field: Extract<InputField, { kind: 'category' }>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function CategoryField({ field, value, onChange }: CategoryFieldProps) {
  // A row may have a text that the training did not know.
  const options = field.categories.includes(value) ? field.categories : [value, ...field.categories];
  return (
    <SelectField
      label={field.name}
      value={value}
      options={options.map((one) => ({ value: one, text: one || '(none of them)' }))}
      onChange={onChange}
    />
  );
}
