/**
 * Which data: synthetic, of files, or drawn; how they are split and scaled; and what they look like. Files may be dropped anywhere on
 * the panel.
 */
import { computed, useSignal, useSignalEffect } from '@preact/signals';
import { useId, useMemo } from 'preact/hooks';
import { counted } from '../../../core/text.js';
import { type Problem, useLab } from '../lab-context.js';
import type { LabRun } from '../lab-state.js';
import { dataProblem } from '../problem-place.js';
import { ClassCounts } from './class-counts.js';
import { ColumnsChoice } from './columns-choice.js';
import { DrawingChoice } from './drawing.js';
import { FileChoice, ReadingState } from './file-choice.js';
import { PictureGrid } from './picture-grid.js';
import { pointsOf } from './points.js';
import { OWN_FIELDS, Preparing } from './preparing.js';
import { Repair } from './repair.js';
import { Scatter } from './scatter.js';
import { SyntheticChoice } from './synthetic-choice.js';
import { TablePreview } from './table-preview.js';
import { useDrop } from './use-drop.js';
import './data.css';

const SOURCES = { synthetic: 'Synthetic', files: 'Own files', drawn: 'Draw' } as const;
type SourceName = keyof typeof SOURCES;

export function DataPanel() {
  const { state, data } = useLab();
  const own = useMemo(() => computed(() => sourceOf(state.value.run.data)), [state]);
  // Where one looks; the run has its data from there only once something was chosen.
  const source = useSignal(own.peek());
  useSignalEffect(() => {
    source.value = own.value;
  });
  const drop = useDrop((files) => {
    source.value = 'files';
    void files.then(data.take, data.refuse);
  });
  return (
    <section
      id="lab-data"
      class={drop.isOver ? 'panel is-drop-target' : 'panel'}
      aria-labelledby="lab-data-title"
      aria-busy={data.isLoading.value}
      {...drop.handlers}
    >
      <h2 id="lab-data-title">Data</h2>
      <SourceChoice source={source.value} onChange={(name) => (source.value = name)} />
      {source.value === 'synthetic' && <SyntheticChoice />}
      {source.value === 'files' && <FileChoice />}
      {source.value === 'drawn' && <DrawingChoice />}
      <ReadingState />
      <Chosen />
      <Prepared isShown={source.value === own.value} />
    </section>
  );
}

function sourceOf(data: LabRun['data']): SourceName {
  if ('synthetic' in data) return 'synthetic';
  return 'x' in data && 'y' in data && !('npz' in data) ? 'drawn' : 'files';
}

function SourceChoice({ source, onChange }: { source: SourceName; onChange: (source: SourceName) => void }) {
  const group = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Where the data come from</legend>
      {(Object.keys(SOURCES) as SourceName[]).map((name) => (
        <label key={name}>
          <input type="radio" name={group} value={name} checked={source === name} onChange={() => onChange(name)} />
          <span>{SOURCES[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What the last choice changed, with the way back. */
function Chosen() {
  const { data } = useLab();
  const choice = data.choice.value;
  return (
    <div class="chosen" role="status">
      {choice?.remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
      {choice?.before && (
        <button type="button" class="quiet" onClick={data.goBack}>
          Back to what was before
        </button>
      )}
    </div>
  );
}

/** What is made of the data, and what they look like. */
function Prepared({ isShown }: { isShown: boolean }) {
  const lab = useLab();
  const { state, data } = lab;
  const { run } = state.value;
  const table = data.table.value;
  const summary = data.summary.value;
  const problem = dataProblem(lab);
  const isLacking = data.lacking.value.length > 0;
  const isDrawn = sourceOf(run.data) === 'drawn';
  const hasFields = isShown && !isDrawn && !isLacking;
  const hasTable = table !== undefined && !isDrawn && !isLacking;
  return (
    <>
      {isShown && hasTable && sourceOf(run.data) === 'files' && <ColumnsChoice table={table} />}
      {hasFields && <Preparing table={table} />}
      {problem && !isLacking && <Repair problem={problem} isSaid={hasFields && isOwnField(problem)} />}
      {summary && !problem && (
        <div class="prepared">
          <p class="note">{sizeSentence(summary)}</p>
          {[...new Set(summary.notes)].map((note) => (
            <p key={note} class="note">
              {note}
            </p>
          ))}
          {table?.pictures && !isDrawn ? (
            <PictureGrid pictures={table.pictures} />
          ) : (
            !(isDrawn && pointsOf(run.data)) && <Scatter summary={summary} />
          )}
          <ClassCounts summary={summary} />
        </div>
      )}
      {hasTable && <TablePreview table={table} />}
    </>
  );
}

/** Whether a field here says it. */
function isOwnField({ field }: Problem): boolean {
  return OWN_FIELDS.some((name) => field === `data.${name}`);
}

function sizeSentence({
  inputs,
  outputs,
  classes,
  targetName,
}: {
  readonly inputs: number;
  readonly outputs: number;
  readonly classes: readonly string[] | undefined;
  readonly targetName: string;
}): string {
  const what = classes
    ? `${classes.length} classes`
    : outputs === 1
      ? `the number ${targetName}`
      : counted(outputs, 'number');
  return `From ${counted(inputs, 'input')} the network predicts ${what}.`;
}
