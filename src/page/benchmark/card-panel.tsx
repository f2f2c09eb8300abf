/** The result card: what was measured, on what, when and with which version, to be copied or saved. */
import { CopyButton } from '../parts/copy-button.js';
import { fileNameOf, saveCanvas, saveText } from '../parts/save-file.js';
import { ShareBar } from '../parts/share-bar.js';
import { usePage } from '../shell/page-context.js';
import type { BenchStore } from './bench-store.js';
import { cardJson, cardText, figuresOf, placeText, rateOf, ratioText } from './card.js';
import { cardPicture } from './card-picture.js';
import { perSecond, type WorkloadResult } from './result.js';

export function CardPanel({ store }: { readonly store: BenchStore }) {
  const { notices } = usePage();
  const card = store.card.value;
  return (
    <section class="panel result-card" id="card" aria-labelledby="card-title">
      <h2 id="card-title">Results</h2>
      {!card && (
        <p class="panel-text">
          Nothing is measured yet. Press Start: the chosen workloads run one after the other, first on the CPU, then on
          WebGPU.
        </p>
      )}
      {card && (
        <>
          <dl class="facts">
            {placeText(card).map(({ term, value }) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {card.results.map((result) => (
            <Result key={result.id} result={result} />
          ))}
          <div class="buttons">
            <CopyButton label="Copy as text" text={() => cardText(card)} />
            <button
              type="button"
              class="quiet"
              onClick={() => saveText(fileNameOf('benchmark', 'json'), cardJson(card), 'application/json')}
            >
              Save as JSON
            </button>
            <button
              type="button"
              class="quiet"
              onClick={() => void saveCanvas(fileNameOf('benchmark', 'png'), cardPicture(card)).catch(notices.fail)}
            >
              Save as PNG
            </button>
          </div>
        </>
      )}
    </section>
  );
}

function Result({ result }: { readonly result: WorkloadResult }) {
  const { gpu, cpu, refusal } = result;
  const main = gpu?.timing ?? cpu?.timing;
  const fastest = Math.max(...[gpu, cpu].map((one) => (one ? perSecond(one.timing) : 0)));
  return (
    <article class="bench-result" data-workload={result.id}>
      <h3>{result.title}</h3>
      {main && <p class="bench-rate">{rateOf(result, main)}</p>}
      {refusal !== undefined ? <p class="problem">{refusal}</p> : <p class="bench-ratio">{ratioText(result)}</p>}
      <div class="bench-bars">
        {gpu && (
          <Bar name="WebGPU" kind="gpu" text={rateOf(result, gpu.timing)} share={perSecond(gpu.timing) / fastest} />
        )}
        {cpu && <Bar name="CPU" kind="cpu" text={rateOf(result, cpu.timing)} share={perSecond(cpu.timing) / fastest} />}
      </div>
      <details class="bench-details">
        <summary>All numbers</summary>
        <dl class="bench-figures">
          {figuresOf(result).map(({ term, value }) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </article>
  );
}

interface BarProps {
  readonly name: string;
  readonly kind: 'gpu' | 'cpu';
  readonly text: string;
  readonly share: number;
}

function Bar({ name, kind, text, share }: BarProps) {
  return (
    <div class={`bench-bar bench-bar-${kind}`}>
      <span class="bench-bar-name">{name}</span>
      <ShareBar share={share} />
      <span class="bench-bar-text">{text}</span>
    </div>
  );
}
