/** Programs as text: the code of a step in three languages side by side, comments in a softer colour. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type * as codeTexts from './code-texts.js';
import type { Excerpt } from './code-texts.js';
import { entryOf, indented } from './cut-code.js';
import type { PassFacts } from './frame.js';

/** A comment of one of the languages: to the end of the line, or all lines of a block. */
const COMMENT = /(\/\*\*[\s\S]*?\*\/|(?:\/\/|#).*$)/m;

export function Code({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <pre class="scroll code" tabIndex={0} role="group" aria-label={label}>
      <code>
        {text.split(new RegExp(COMMENT, 'gm')).map((part, i) =>
          i % 2 === 1 ? (
            <span key={i} class="comment">
              {part}
            </span>
          ) : (
            part
          ),
        )}
      </code>
    </pre>
  );
}

/** The sources of excerpts, once they are loaded. */
export function Excerpts({ of }: { readonly of: readonly Excerpt[] }) {
  const loaded = useSignal<typeof codeTexts | 'failed' | undefined>(undefined);
  useEffect(() => {
    import('./code-texts.js').then(
      (texts) => (loaded.value = texts),
      () => (loaded.value = 'failed'),
    );
  }, []);
  const texts = loaded.value;
  if (texts === 'failed') return <p class="note">The source could not be loaded.</p>;
  if (!texts) return <p class="note">Loading the source …</p>;
  return (
    <>
      {of.map((excerpt) => (
        <div key={excerpt.name}>
          <p class="code-file">{excerpt.file}</p>
          <Code text={texts.excerptText(excerpt)} label={`${excerpt.name} of ${excerpt.file}`} />
        </div>
      ))}
    </>
  );
}

export interface CodeColumnsProps {
  readonly numpy: string;
  readonly reference: readonly Excerpt[];
  /** The pass that does it on the GPU; or what stands there instead. */
  readonly pass: PassFacts | undefined;
  readonly instead?: ComponentChildren;
}

export function CodeColumns({ numpy, reference, pass, instead }: CodeColumnsProps) {
  return (
    <div class="code-columns">
      <section>
        <h3>NumPy</h3>
        <Code text={numpy} label="NumPy" />
      </section>
      <section>
        <h3>TypeScript, the reference</h3>
        <Excerpts of={reference} />
      </section>
      <section>
        <h3>WGSL, on the GPU</h3>
        {pass ? <PassCode {...pass} /> : instead}
      </section>
    </div>
  );
}

function PassCode({ shader, code }: PassFacts) {
  const isOpen = useSignal(false);
  if (code === undefined) return <p class="note">There is no GPU here to run shaders/{shader}.wgsl.</p>;
  return (
    <>
      <p class="code-file">shaders/{shader}.wgsl</p>
      <Code text={entryOf(code)} label={`Entry point of ${shader}`} />
      <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
        <summary>The whole text that the GPU compiled</summary>
        {isOpen.value && <Code text={indented(code)} label={`All of ${shader}`} />}
      </details>
    </>
  );
}
