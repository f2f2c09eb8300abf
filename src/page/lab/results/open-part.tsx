/** Opens a network from a file. What is no such file is refused in a sentence, and what was there stays. */
import { useLab } from '../lab-context.js';
import { FileZone } from './file-zone.js';
import { useTask } from './use-task.js';

export function OpenPart() {
  const { results } = useLab();
  const task = useTask();
  return (
    <>
      <FileZone
        id="results-open"
        label="Choose a model"
        accept=".safetensors,.onnx,.zip,.json"
        isBusy={task.isBusy.value}
        onFile={(file) => task.run(() => results.open(file))}
      >
        Drop a model here: safetensors, ONNX, the PyTorch zip or the JSON that are saved here. It is then measured,
        asked and saved like one that was trained here, and never leaves this browser.
      </FileZone>
      <p class="problem" role="alert">
        {task.problem.value}
      </p>
    </>
  );
}

/** Which network is in use, where a file was opened, and the way back. */
export function InUse() {
  const { results, training } = useLab();
  const file = results.imported.value;
  if (!file) return null;
  const isFile = results.source.value === 'imported';
  const hasTrained = training.snapshot.value !== undefined || training.end.value !== undefined;
  return (
    <div class="in-use" role="status">
      <p>
        In use: <strong>{isFile ? file.name : 'what was trained here'}</strong>
      </p>
      {isFile && file.notes.map((note) => <p key={note}>{note}</p>)}
      {isFile && results.facts.value?.supposed && <p>{results.facts.value.supposed}</p>}
      <div class="buttons">
        {hasTrained && (
          <button type="button" class="quiet" onClick={() => results.choose(isFile ? 'trained' : 'imported')}>
            {isFile ? 'Use what was trained here' : `Use ${file.name}`}
          </button>
        )}
        <button type="button" class="quiet" onClick={results.close}>
          Close the file
        </button>
      </div>
    </div>
  );
}
