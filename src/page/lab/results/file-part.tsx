/** Predicts the rows of a file: the first of them here, all of them to save, and measured where the file has the targets too. */
import type { Signal } from '@preact/signals';
import { counted, percentText } from '../../../core/text.js';
import { useLab } from '../lab-context.js';
import { FileZone } from './file-zone.js';
import { measureName } from './measure-name.js';
import { saveDownload } from './save-download.js';
import { shownNumber } from './shown-number.js';
import type { FilePrediction } from './subject.js';
import { useTask } from './use-task.js';

export interface PredictedFile extends FilePrediction {
  readonly name: string;
  /** Of the weights that said so. */
  readonly version: number;
}

export function FilePart({ predicted }: { predicted: Signal<PredictedFile | undefined> }) {
  const { results } = useLab();
  const task = useTask();
  const take = async (file: File) => {
    const version = results.version.peek();
    const found = await results.ask((one) => one.predictFile(file));
    predicted.value = { ...found, name: file.name, version };
  };
  const found = predicted.value;
  return (
    <>
      <FileZone
        id="results-file"
        label="Choose a file"
        accept=".csv,.tsv,.txt,.json,.npy,.npz,.png,.jpg,.jpeg,.gz"
        isBusy={task.isBusy.value}
        onFile={(file) => task.run(() => take(file))}
      >
        Drop a CSV here, with the columns that the network was trained on, by the same names. What it predicts is put
        behind them.
      </FileZone>
      <p class="problem" role="alert">
        {task.problem.value}
      </p>
      {found && <Predicted found={found} isStale={found.version !== results.version.value} />}
    </>
  );
}

function Predicted({ found, isStale }: { found: PredictedFile; isStale: boolean }) {
  const { columns, added, shown, rows, measured } = found;
  return (
    <div class="predicted">
      <p class="note" role="status">
        {counted(rows, 'row')} of {found.name}
        {shown.length < rows && `, of which the first ${shown.length} are shown`}.
        {isStale && ' The weights have changed since: choose the file again to ask the present ones.'}
      </p>
      <div class="scroll" tabIndex={0} role="group" aria-label="Predicted rows">
        <table>
          <thead>
            <tr>
              {columns.map((name, c) => (
                <th key={name} scope="col" data-added={c >= added}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((cells, r) => (
              <tr key={r}>
                {cells.map((cell, c) => (
                  <td key={columns[c]} data-added={c >= added}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {measured && (
        <p class="note">
          The file has the targets too:{' '}
          {measured.measures
            .map(({ name, value, unit }) => {
              const text = /ccuracy$/.test(name) ? percentText(value) : shownNumber(value);
              return `${measureName(name).toLowerCase()} ${text}${unit ? ` ${unit}` : ''}`;
            })
            .join(', ')}
          .
        </p>
      )}
      <div class="buttons">
        <button type="button" class="quiet" onClick={() => saveDownload(found.csv)}>
          Save with predictions
        </button>
      </div>
    </div>
  );
}
