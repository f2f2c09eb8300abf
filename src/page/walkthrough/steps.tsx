/** The sections of the walkthrough one after the other: their texts at once, their numbers when there are some. */
import { CodeColumns } from './code-view.js';
import { Formula } from './formula.js';
import type { Frame, Opening } from './frame.js';
import { Levels } from './levels.js';
import { LossCurve } from './loss-curve.js';
import { PassFigure } from './pass-figure.js';
import { lastPass } from './position.js';
import { Predictions } from './predictions.js';
import { EPOCHS_CODE, type Step, STEPS } from './sections.js';

export interface Shown {
  /** Undefined while the device is opened; there are texts to read by then. */
  readonly opening: Opening | undefined;
  readonly frame: Frame | undefined;
}

export function Steps({ opening, frame }: Shown) {
  const last = opening && frame && lastPass(frame.passes, opening);
  const here = last === undefined ? undefined : opening?.passes[last]!.label;
  return (
    <>
      {STEPS.map((step, i) => (
        <StepSection key={step.id} number={i + 1} {...{ step, opening, frame, here }} />
      ))}
      <section id="step-epochs" class="step" aria-labelledby="title-epochs">
        <h2 id="title-epochs">
          <span class="step-number">{STEPS.length + 1}</span> Fifty epochs
        </h2>
        <p class="step-text">
          The passes above make one epoch, and fifty epochs make the whole training. Each makes the loss a little
          smaller. Larger networks are trained by the same loop, with more of everything.
        </p>
        {opening && (
          <p class="note">
            {opening.epochs} epochs of {opening.passesPerEpoch} passes: {opening.epochs * opening.passesPerEpoch}{' '}
            dispatches of {new Set(opening.passes.map(({ shader }) => shader)).size} shaders.
          </p>
        )}
        {opening && frame && <LossCurve losses={frame.losses} epochs={opening.epochs} />}
        <StepCode {...EPOCHS_CODE} opening={opening} />
      </section>
      <section id="step-predictions" class="step" aria-labelledby="title-predictions">
        <h2 id="title-predictions">
          <span class="step-number">{STEPS.length + 2}</span> Predictions
        </h2>
        <p class="step-text">
          What the network answers in its fiftieth epoch, and what the tutorial printed. Nothing in the columns GPU and
          Reference is written down here: it is computed as you press the buttons.
        </p>
        {opening && <Predictions frame={frame} opening={opening} />}
      </section>
      <section id="step-levels" class="step" aria-labelledby="title-levels">
        <h2 id="title-levels">
          <span class="step-number">{STEPS.length + 3}</span> The same at three levels
        </h2>
        <p class="step-text">
          These are three programs for the very same network. The smaller the network, the less a GPU can gain: here the
          plain loops may well win.
        </p>
        {opening && frame && <Levels opening={opening} seed={frame.seed} />}
      </section>
    </>
  );
}

function StepSection(
  props: Shown & {
    readonly step: Step;
    readonly number: number;
    readonly here: string | undefined;
  },
) {
  const { step, number, opening, frame, here } = props;
  const { id, title, text, formula, figures, code } = step;
  const isHere = here !== undefined && figures.some(({ pass }) => pass === here);
  return (
    <section id={`step-${id}`} class="step" aria-labelledby={`title-${id}`} data-here={isHere}>
      <h2 id={`title-${id}`}>
        <span class="step-number">{number}</span> {title}
      </h2>
      <p class="step-text">{text}</p>
      <Formula html={formula} />
      {figures.map(({ pass, results, lead }, i) =>
        opening ? (
          <PassFigure key={i} {...{ results, opening, frame }} {...(pass !== undefined && { pass })}>
            {lead && <p class="lead">{lead}</p>}
          </PassFigure>
        ) : (
          <p key={i} class="pass pending note">
            Opening the device …
          </p>
        ),
      )}
      <StepCode {...code} opening={opening} />
    </section>
  );
}

function StepCode({ opening, ...code }: Step['code'] & Pick<Shown, 'opening'>) {
  const pass = opening?.passes.find(({ label }) => label === code.pass);
  return <CodeColumns {...code} pass={pass} instead={<p class="note">{code.instead ?? 'Compiling …'}</p>} />;
}
