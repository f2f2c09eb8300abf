/** The network: its layers, networks to begin with, how large it is and how it will be computed. The drawing stands elsewhere. */
import { useSignal } from '@preact/signals';
import { useLab } from '../lab-context.js';
import { placeOf } from '../problem-place.js';
import { describeLayer, withLayers } from './layer-edits.js';
import { LayerList } from './layer-list.js';
import { NetworkFacts } from './network-facts.js';
import { PRESETS, type Preset } from './presets.js';
import { layerField, networkProblem } from './problem-at.js';
import './network.css';

export function NetworkPanel() {
  const lab = useLab();
  const problem = networkProblem(lab);
  // What no field of a layer shows: too few layers, or a network and a loss that do not fit.
  const isOwn = problem && placeOf(lab, problem)?.id === 'lab-network' && !layerField(problem.field);
  const news = useSignal('');
  const take = ({ name, layers }: Preset) => {
    lab.editRun((run) => withLayers(run, layers(run.model.layers)));
    const taken = lab.state.peek().run.model.layers;
    news.value = `${name}: the network is now ${taken.map(describeLayer).join('; ')}.`;
  };
  return (
    <section id="lab-network" class="panel" aria-labelledby="lab-network-title">
      <h2 id="lab-network-title">Network</h2>
      <div class="presets" role="group" aria-label="Networks to begin with">
        {PRESETS.map((preset) => (
          <button key={preset.name} type="button" class="quiet" onClick={() => take(preset)}>
            {preset.name}
          </button>
        ))}
      </div>
      <LayerList news={news} />
      <p class="problem" id="lab-network-problem">
        {isOwn && problem.sentence}
      </p>
      <p class="visually-hidden" id="lab-network-news" role="status">
        {news}
      </p>
      <NetworkFacts />
    </section>
  );
}
