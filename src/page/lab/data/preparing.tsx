/** How numbers are scaled, what becomes of missing values, and which rows are held back. Rarely used fields are folded away. */
import { MISSING_RULES, type MissingRule, SCALINGS, type Scaling } from '../../../data/document.js';
import { CheckField, NumberField, SelectField } from '../../parts/fields.js';
import { useLab } from '../lab-context.js';
import type { LabRun } from '../lab-state.js';
import { dataProblem } from '../problem-place.js';
import { predictsClasses } from './data-edits.js';
import type { TableFacts } from './facts.js';

/** What named data may say, as far as these fields change it. */
interface Settings {
  readonly normalize?: Scaling;
  readonly targetNormalize?: Scaling;
  readonly missing?: MissingRule;
  readonly unknownCategories?: 'refuse' | 'zeros';
  readonly validationSplit?: number;
  readonly testSplit?: number;
  readonly shuffle?: boolean;
  readonly stratify?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly limit?: number | undefined;
  readonly validation?: unknown;
  readonly test?: unknown;
}

const SCALING_TEXTS: Readonly<Record<Scaling, string>> = {
  none: 'as they are',
  standard: 'mean 0, deviation 1',
  minMax: 'from 0 to 1',
};

/** Of the data, said beside their own fields here. */
export const OWN_FIELDS: readonly string[] = [
  'validationSplit',
  'testSplit',
  'normalize',
  'targetNormalize',
  'missing',
];

const MISSING_TEXTS: Readonly<Record<MissingRule, string>> = {
  refuse: 'are refused',
  dropRow: 'leave their row out',
  mean: 'become the mean',
  median: 'become the median',
  mostFrequent: 'become the most frequent',
};

export function Preparing({ table }: { table: TableFacts | undefined }) {
  const lab = useLab();
  const { state, editRun } = lab;
  const { run } = state.value;
  const settings = run.data as Settings;
  const problem = dataProblem(lab);
  const set = (change: Settings) => editRun((now) => ({ ...now, data: { ...now.data, ...change } as LabRun['data'] }));
  const wrongIn = (field: string) => (problem?.field === `data.${field}` ? problem.sentence : undefined);
  const scalings = (isOfBytes: boolean) => [
    ...(isOfBytes ? [{ value: '' as const, text: 'bytes, from 0 to 1' }] : []),
    ...SCALINGS.map((value) => ({ value, text: SCALING_TEXTS[value] })),
  ];
  const hasTexts = table?.columns.some(({ kind }) => kind === 'text') ?? false;
  const isOfBytes =
    table?.columns.some((column) => column.kind === 'numbers' && column.isBytes && column.shape) ?? false;
  const hasMissing = table?.columns.some(({ missing }) => missing > 0) ?? false;
  const isFile = !('synthetic' in run.data);
  return (
    <>
      <div class="fields">
        {settings.validation === undefined && (
          <NumberField
            label="Share for validation"
            value={settings.validationSplit ?? 0}
            min={0}
            max={0.95}
            problem={wrongIn('validationSplit')}
            onChange={(validationSplit) => set({ validationSplit })}
          />
        )}
        <SelectField
          label="Inputs"
          value={settings.normalize ?? (isOfBytes ? '' : 'none')}
          options={scalings(isOfBytes)}
          problem={wrongIn('normalize')}
          onChange={(normalize) => set({ normalize: (normalize || undefined) as Scaling })}
        />
        {!predictsClasses(run) && (
          <SelectField
            label="Targets"
            value={settings.targetNormalize ?? 'none'}
            options={scalings(false) as { value: Scaling; text: string }[]}
            problem={wrongIn('targetNormalize')}
            onChange={(targetNormalize) => set({ targetNormalize })}
          />
        )}
        {(hasMissing || (settings.missing ?? 'refuse') !== 'refuse') && (
          <SelectField
            label="Missing values"
            value={settings.missing ?? 'refuse'}
            options={MISSING_RULES.map((value) => ({ value, text: MISSING_TEXTS[value] }))}
            problem={wrongIn('missing')}
            onChange={(missing) => set({ missing })}
          />
        )}
      </div>
      <details open={wrongIn('testSplit') !== undefined ? true : undefined}>
        <summary>More about rows</summary>
        <div class="fields">
          {settings.test === undefined && (
            <NumberField
              label="Share for a test"
              value={settings.testSplit ?? 0}
              min={0}
              max={0.95}
              problem={wrongIn('testSplit')}
              onChange={(testSplit) => set({ testSplit })}
            />
          )}
          {isFile && (
            <NumberField
              label="Seed of the draw"
              value={settings.seed ?? run.model.seed ?? 0}
              whole
              min={0}
              max={2 ** 32 - 1}
              onChange={(seed) => set({ seed })}
            />
          )}
          {isFile && (
            <NumberField
              label="Rows, at most (0: all)"
              value={settings.limit ?? 0}
              whole
              min={0}
              max={2 ** 31}
              onChange={(limit) => set({ limit: limit || undefined })}
            />
          )}
          {hasTexts && isFile && (
            <SelectField
              label="Texts that training rows lack"
              value={settings.unknownCategories ?? 'refuse'}
              options={[
                { value: 'refuse', text: 'are refused' },
                { value: 'zeros', text: 'count as none' },
              ]}
              onChange={(unknownCategories) => set({ unknownCategories })}
            />
          )}
        </div>
        <CheckField
          label="Draw the rows that are held back, not the last"
          checked={settings.shuffle ?? true}
          onChange={(shuffle) => set({ shuffle, ...(!shuffle && settings.stratify && { stratify: undefined }) })}
        />
        {predictsClasses(run) && (
          <CheckField
            label="Of each class its share"
            checked={(settings.stratify ?? true) && (settings.shuffle ?? true)}
            disabled={settings.shuffle === false}
            onChange={(stratify) => set({ stratify: stratify ? undefined : false })}
          />
        )}
      </details>
    </>
  );
}
