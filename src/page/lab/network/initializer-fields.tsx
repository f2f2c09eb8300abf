/** The fields of a kernel's initializer: which, and the numbers of those that have some. */
import { type InitializerDocument, type KernelInitializer } from '../../../core/model.js';
import { NumberField, SelectField } from '../../parts/fields.js';

type Name = KernelInitializer['name'];

/** The numbers of each, with their defaults. */
const NUMBERS: Readonly<Partial<Record<Name, Readonly<Record<string, number>>>>> = {
  constant: { value: 0 },
  randomUniform: { minval: -0.05, maxval: 0.05 },
  randomNormal: { mean: 0, stddev: 0.05 },
  orthogonal: { gain: 1 },
};

const NAMES: readonly Name[] = [
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal',
  'randomUniform',
  'randomNormal',
  'orthogonal',
  'constant',
  'ones',
  'zeros',
];

interface Props {
  readonly value: KernelInitializer;
  readonly onChange: (value: InitializerDocument) => void;
  /** The sentence for one of its fields: its name, or '' for the whole. */
  readonly problem: (field: string) => string | undefined;
}

export function InitializerFields({ value, onChange, problem }: Props) {
  const numbers = Object.keys(NUMBERS[value.name] ?? {});
  const values = value as unknown as Readonly<Record<string, number>>;
  return (
    <>
      <SelectField
        label="First weights"
        value={value.name}
        options={NAMES}
        problem={problem('') ?? problem('name')}
        onChange={(name) => onChange(name)}
      />
      {numbers.map((name) => (
        <NumberField
          key={name}
          label={name}
          value={values[name]!}
          {...(name === 'stddev' && { min: 0 })}
          problem={problem(name)}
          onChange={(number) => onChange({ ...value, [name]: number })}
        />
      ))}
    </>
  );
}
