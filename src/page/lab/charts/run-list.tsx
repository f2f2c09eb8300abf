/** The runs that were trained before: which are drawn, what they are called, and away with them. */
import { Swatch } from '../../parts/line-chart.js';
import { LOOKS, MOST_RUNS } from './earlier-runs.js';
import type { RunStore } from './run-store.js';

export function RunList({ runs }: { readonly runs: RunStore }) {
  const kept = runs.runs.value;
  if (kept.length === 0) return null;
  return (
    <div class="earlier-runs">
      <h3>Runs to compare with</h3>
      <ul>
        {kept.map(({ id, name, summary, look, isShown }) => {
          const isCurrent = id === runs.current.value;
          return (
            <li key={id}>
              <label class="check">
                <input
                  type="checkbox"
                  checked={isShown}
                  disabled={isCurrent}
                  aria-label={`Show ${name}`}
                  onChange={({ currentTarget }) => runs.change(id, { isShown: currentTarget.checked })}
                />
                <Swatch {...LOOKS[look]!} width={2} />
              </label>
              <div class="earlier-run">
                <input
                  aria-label={`Name of ${name}`}
                  value={name}
                  maxLength={60}
                  onChange={({ currentTarget }) => {
                    const text = currentTarget.value.trim();
                    if (text === '') currentTarget.value = name;
                    else runs.change(id, { name: text });
                  }}
                />
                <p class="note">
                  {summary}
                  {isCurrent && ' (this one, drawn above)'}
                </p>
              </div>
              <button type="button" class="icon" aria-label={`Remove ${name}`} onClick={() => runs.remove(id)}>
                ×
              </button>
            </li>
          );
        })}
      </ul>
      <p class="note">Kept in this browser, at most {MOST_RUNS}; a longer training is kept with 2,000 of its epochs.</p>
    </div>
  );
}
