/** The present run as code in several languages, to copy or to save, and the rows for the scripts that read them. */
import { batch, useSignal, useSignalEffect } from '@preact/signals';
import { CopyButton } from '../../parts/copy-button.js';
import { saveText } from '../../parts/save-file.js';
import { Tabs } from '../../parts/tabs.js';
import { sentenceOf } from '../../worker/errors.js';
import { useLab } from '../lab-context.js';
import type { CodeTarget, CodeTexts } from './code/code-facts.js';
import { dataName } from './file-names.js';
import { saveDownload } from './save-download.js';
import { useTask } from './use-task.js';

/** Milliseconds without a change before it is written anew. */
const QUIET = 250;

const TABS: readonly { readonly value: CodeTarget; readonly text: string; readonly extension: string }[] = [
  { value: 'library', text: 'IDLI', extension: 'js' },
  { value: 'keras', text: 'Keras', extension: 'py' },
  { value: 'pytorch', text: 'PyTorch', extension: 'py' },
  { value: 'numpy', text: 'NumPy', extension: 'py' },
];

export function CodePart() {
  const { state, data, results } = useLab();
  const target = useSignal<CodeTarget>('library');
  const texts = useSignal<CodeTexts | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const task = useTask();
  useSignalEffect(() => {
    const { run, backend, schedule } = state.value;
    const files = data.files.value;
    const isPresent = () => run === state.peek().run && files === data.files.peek();
    const timer = setTimeout(() => {
      results
        .ask((one) => one.code(run, [...files], { backend, schedule }))
        .then(
          (found) =>
            isPresent() &&
            batch(() => {
              texts.value = found;
              problem.value = undefined;
            }),
          (thrown: unknown) => isPresent() && (problem.value = sentenceOf(thrown)),
        );
    }, QUIET);
    return () => clearTimeout(timer);
  });
  const text = texts.value?.[target.value] ?? '';
  const { extension, text: title } = TABS.find(({ value }) => value === target.value)!;
  return (
    <>
      <p class="note">The network, its training and its data as they are set now.</p>
      <Tabs label="Language" tabs={TABS} value={target.value} onChange={(value) => (target.value = value)}>
        <p class="problem">{problem.value !== undefined && `Nothing to write yet. ${problem.value}`}</p>
        {problem.value === undefined && (
          <>
            <pre class="code" tabIndex={0} role="group" aria-label={`The run in ${title}`} aria-busy={text === ''}>
              {text}
            </pre>
            <div class="buttons">
              <CopyButton key={target.value} label="Copy code" text={() => text} disabled={text === ''} />
              <button
                type="button"
                class="quiet"
                disabled={text === ''}
                onClick={() => {
                  const name = `idli-${dataName(state.peek().run.data)}-${target.peek()}.${extension}`;
                  saveText(name, text, 'text/plain');
                }}
              >
                Save code
              </button>
              {text.includes('data.npz') && (
                <button
                  type="button"
                  class="quiet"
                  disabled={task.isBusy.value}
                  onClick={() =>
                    task.run(async () => {
                      const { run } = state.peek();
                      const files = [...data.files.peek()];
                      saveDownload(await results.ask((one) => one.dataFile(run, files)));
                    })
                  }
                >
                  Save data.npz
                </button>
              )}
            </div>
            <p class="problem">{task.problem.value}</p>
          </>
        )}
      </Tabs>
    </>
  );
}
