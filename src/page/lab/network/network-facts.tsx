/** How large the network is and how it will be computed: layers and parameters, schedule and why, dispatches, memory, the whole plan. */
import { bytesText, counted, wholeText } from '../../../core/text.js';
import { Fold } from '../../parts/fold.js';
import { useLab } from '../lab-context.js';
import { describeLayer, filled } from './layer-edits.js';
import { sizesOf } from './layer-facts.js';
import type { NetworkLook } from './look.js';
import type { PlanFacts } from './plan-facts.js';

export function NetworkFacts() {
  const { state, data, network } = useLab();
  const { layers } = state.value.run.model;
  const inputs = data.summary.value?.inputs;
  if (inputs === undefined) return <p class="note">What the network takes is known once its data are.</p>;
  const sizes = sizesOf(layers.map(filled), inputs);
  const total = sizes.trainable + sizes.fixed;
  return (
    <div class="folds network-facts" aria-busy={network.isLooking.value}>
      <Fold title="Size and plan" now={counted(total, 'parameter')}>
        <table id="lab-network-sizes">
          <caption class="visually-hidden">Layers with their outputs and parameters</caption>
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Outputs</th>
              <th scope="col">Parameters</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">inputs</th>
              <td>{wholeText(inputs)}</td>
              <td>0</td>
            </tr>
            {layers.map((layer, l) => (
              <tr key={l}>
                <th scope="row">
                  {l + 1} {describeLayer(layer)}
                </th>
                <td>{wholeText(sizes.layers[l]!.outputs)}</td>
                <td>{wholeText(sizes.layers[l]!.trainable + sizes.layers[l]!.fixed)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                In all{sizes.fixed > 0 && `, ${wholeText(sizes.fixed)} of them not trained`}
              </th>
              <td data-parameters={total}>{wholeText(total)}</td>
            </tr>
          </tfoot>
        </table>
        <PlanPart look={network.look.value} backend={state.value.backend} />
      </Fold>
    </div>
  );
}

function PlanPart({ look, backend }: { look: NetworkLook | undefined; backend: 'auto' | 'webgpu' | 'cpu' }) {
  const plan = look?.plan;
  if (backend === 'cpu') {
    return <p class="note">On the CPU the float64 reference trains, layer by layer, without any plan.</p>;
  }
  if (!plan) return <p class="note">Schedule and memory are known once network and data fit each other.</p>;
  return (
    <>
      <h3>How it will be computed</h3>
      <p class="plan-reason" data-schedule={plan.schedule}>
        <strong>{plan.schedule}</strong> schedule, since {plan.reason}.
      </p>
      <p class="note">
        {dispatchText(plan)} Made for {look.adapter ?? 'any WebGPU device, since there is none here'}.
        {backend === 'auto' && ' Whether the CPU would be quicker is measured when the training starts.'}
      </p>
      <h3>Memory planned</h3>
      <table>
        <tbody>
          {plan.memory
            .filter(({ bytes }) => bytes > 0)
            .map(({ name, bytes }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{bytesText(bytes)}</td>
              </tr>
            ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">In all on the GPU</th>
            <td>{bytesText(plan.bytes)}</td>
          </tr>
        </tfoot>
      </table>
      <details class="plan-text">
        <summary>Every buffer and every pass</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label="The plan">
          <pre>{plan.text}</pre>
        </div>
      </details>
    </>
  );
}

function dispatchText({ schedule, epochs, steps, passesPerEpoch, passesPerStep }: PlanFacts): string {
  const perEpoch = counted(Math.round(steps / epochs), 'step');
  const all = epochs === 1 ? '' : `, ${wholeText(steps)} in ${counted(epochs, 'epoch')}`;
  const start = `${perEpoch} an epoch${all}.`;
  if (schedule === 'persistent') {
    return `${start} One dispatch runs many of them, each step ${passesPerStep} passes one after the other.`;
  }
  return `${start} ${wholeText(passesPerStep)} dispatches a step, ${wholeText(passesPerEpoch)} an epoch.`;
}
