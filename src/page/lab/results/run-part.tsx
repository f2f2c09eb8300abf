/** The run itself, to hand on: as a link, which is all of it but for files, and as a document that `idli train` takes. */
import { useComputed, useSignal } from '@preact/signals';
import { CopyButton } from '../../parts/copy-button.js';
import { saveText } from '../../parts/save-file.js';
import { usePage } from '../../shell/page-context.js';
import { hashOf, MOST_CHARACTERS } from '../../state/link.js';
import { neededFiles } from '../data/needed-files.js';
import { useLab } from '../lab-context.js';
import { dataFileName } from './file-names.js';
import { FileZone } from './file-zone.js';
import { readRunFile, runText } from './run-file.js';
import { useTask } from './use-task.js';

export function RunPart() {
  const { state: page } = usePage();
  const { state, editRun } = useLab();
  const task = useTask();
  const opened = useSignal<string | undefined>(undefined);
  const isTooLong = useComputed(() => hashOf(page.value).length > MOST_CHARACTERS);
  const files = neededFiles(state.value.run.data);
  const link = () => new URL(hashOf({ ...page.peek(), view: 'lab' }), location.href).href;
  return (
    <>
      <p class="note">
        The link holds data, network, training and charts: whoever opens it on the same kind of device trains to the
        same numbers. It holds no trained weights.
      </p>
      {files.length > 0 && (
        <p class="note" data-files>
          {files.length === 1 ? 'A file is' : 'Files are'} not in it: whoever opens the link is asked for{' '}
          {files.map(({ name, isFolder }) => `${isFolder ? 'the folder ' : ''}“${name}”`).join(', ')} by that name.
        </p>
      )}
      {isTooLong.value && <p class="note">This run is too large for a link: save it as a document.</p>}
      <div class="buttons">
        <CopyButton label="Copy link" text={link} disabled={isTooLong.value} />
        <button
          type="button"
          class="quiet"
          onClick={() => {
            const { run } = state.peek();
            saveText(dataFileName(run.data, 'run', 'json'), runText(run), 'application/json');
          }}
        >
          Save the run
        </button>
      </div>
      <FileZone
        id="results-run"
        label="Open a run"
        accept=".json"
        isBusy={task.isBusy.value}
        onFile={(file) =>
          task.run(async () => {
            opened.value = undefined;
            const run = await readRunFile(file);
            editRun(() => run);
            opened.value = `${file.name} is open: its data, network and training are set now.`;
          })
        }
      >
        Drop a run here: a JSON document that was saved here, or one for idli train. It takes the place of the settings.
      </FileZone>
      <p class="problem" role="alert">
        {task.problem.value}
      </p>
      <p class="note" role="status">
        {opened.value}
      </p>
    </>
  );
}
