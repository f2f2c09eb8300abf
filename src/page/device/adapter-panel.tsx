/** The adapter as the browser describes it, its limits and features, and what the plan makes of them. */
import { Fragment } from 'preact';
import { CopyButton } from '../parts/copy-button.js';
import { consequencesOf, limitText, OWN_LIMITS } from './consequences.js';
import { deviceText } from './device-text.js';
import type { DeviceLook } from './look.js';

const UNSAID = 'not told';

export function AdapterPanel({ look, onAgain }: { readonly look: DeviceLook; readonly onAgain: () => void }) {
  const own = OWN_LIMITS.filter((name) => name in look.limits);
  const others = Object.keys(look.limits).filter((name) => !own.includes(name));
  return (
    <section class="panel adapter" id="adapter" aria-labelledby="adapter-title">
      <h2 id="adapter-title">Adapter</h2>
      <p class="adapter-name">{look.name}</p>
      {look.isSoftware && (
        <p class="adapter-software">
          A software adapter: its results are checked like any other’s, but its times say nothing about a GPU. A browser
          takes it where there is no graphics card, or where the card is switched off for web pages.
        </p>
      )}
      <dl class="facts">
        <Fact term="Vendor" value={look.vendor || UNSAID} />
        <Fact term="Architecture" value={look.architecture || UNSAID} />
        <Fact term="Description" value={look.description || UNSAID} />
      </dl>
      <h3>What the plan makes of it</h3>
      <dl class="consequences">
        {consequencesOf(look).map(({ title, text }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <h3>Limits that matter here</h3>
      <LimitTable look={look} names={own} label="Limits that matter here" />
      <details class="device-fold">
        <summary>All other limits ({others.length})</summary>
        <LimitTable look={look} names={others} label="All other limits" />
      </details>
      <details class="device-fold">
        <summary>Features ({look.features.length})</summary>
        <ul class="features">
          {look.features.map((name) => (
            <li key={name}>
              <code>{name}</code>
              {look.taken.includes(name) && <span class="feature-taken"> in use</span>}
            </li>
          ))}
        </ul>
        <p class="note">Features that are not in use are not asked for: this product does without them.</p>
      </details>
      <div class="buttons">
        <CopyButton label="Copy as text" text={() => deviceText(look)} />
        <button type="button" class="quiet" onClick={onAgain}>
          Look again
        </button>
      </div>
    </section>
  );
}

function Fact({ term, value }: { readonly term: string; readonly value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd class={value === UNSAID ? 'unsaid' : undefined}>{value}</dd>
    </div>
  );
}

/** `maxBufferSize`, with places where a line may end before each word. */
function breakable(name: string) {
  return name.split(/(?=[A-Z])/).map((word, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}

interface LimitTableProps {
  readonly look: DeviceLook;
  readonly names: readonly string[];
  readonly label: string;
}

function LimitTable({ look, names, label }: LimitTableProps) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="limits">
        <thead>
          <tr>
            <th scope="col">Limit</th>
            <th scope="col" class="number">
              In use
            </th>
            <th scope="col" class="number">
              Adapter’s most
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">
                <code>{breakable(name)}</code>
              </th>
              <td class="number">{limitText(name, look.limits[name]!.here)}</td>
              <td class="number">{limitText(name, look.limits[name]!.most)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
