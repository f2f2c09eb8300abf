/** Files of one's own: a place to drop them, buttons to choose them, what is read, and what is wrong with what was given. */
import { useRef } from 'preact/hooks';
import { bytesText, counted } from '../../../core/text.js';
import { useLab } from '../lab-context.js';
import { chosenFiles } from './gather-files.js';
import { filesFor } from './needed-files.js';

export function FileChoice() {
  const { state, data } = useLab();
  const one = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const lacking = data.lacking.value;
  const given = filesFor(state.value.run.data, data.files.value);
  const choose = (input: HTMLInputElement) => {
    if (input.files && input.files.length > 0) void data.take(chosenFiles(input.files));
    // The same file may be chosen again, after it was put right.
    input.value = '';
  };
  return (
    <div class="drop-zone">
      {lacking.length > 0 && <p class="drop-wanted">{data.problem.value?.sentence}</p>}
      {lacking.length === 0 && given.length > 0 && <p class="drop-given">{namesOf(given)}</p>}
      <p class="note">
        Drop files here: a CSV, JSON or NPZ; a pair of NPY or IDX files; a folder of pictures with a folder for each
        class. They stay in this browser.
      </p>
      <div class="buttons">
        <button type="button" class="quiet" onClick={() => one.current?.click()}>
          Choose files
        </button>
        {'webkitdirectory' in HTMLInputElement.prototype && (
          <button type="button" class="quiet" onClick={() => folder.current?.click()}>
            Choose a folder
          </button>
        )}
      </div>
      <input
        ref={one}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={({ currentTarget }) => choose(currentTarget)}
      />
      <input
        ref={(input) => {
          folder.current = input;
          if (input) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label="Folder"
        onChange={({ currentTarget }) => choose(currentTarget)}
      />
    </div>
  );
}

function namesOf(files: readonly File[]): string {
  const size = bytesText(files.reduce((sum, file) => sum + file.size, 0));
  if (files.length > 4)
    return `${files[0]!.name.split('/').slice(0, -2).join('/')}: ${counted(files.length, 'file')}, ${size}`;
  return `${files.map(({ name }) => name).join(', ')}: ${size}`;
}

/** What is read now, with a way to end it; and what was wrong with the last files. Wherever they came from. */
export function ReadingState() {
  const { data } = useLab();
  const progress = data.progress.value;
  const isPictures = progress?.of !== undefined && progress.of < 1000;
  return (
    <>
      {progress && (
        <div class="reading">
          <label>
            <span>Reading{progress.of !== undefined && ` ${amount(progress.done, progress.of, isPictures)}`} …</span>
            <progress value={progress.of ? progress.done / progress.of : undefined} />
          </label>
          <button type="button" class="quiet" onClick={data.cancel}>
            Cancel
          </button>
        </div>
      )}
      <p class="problem" role="alert" data-fault>
        {data.fault.value}
      </p>
    </>
  );
}

function amount(done: number, of: number, isCount: boolean): string {
  return isCount ? `${done} of ${of}` : `${bytesText(done)} of ${bytesText(of)}`;
}
