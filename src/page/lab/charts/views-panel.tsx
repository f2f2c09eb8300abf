/** Views of the network as it is now, one at a time: what is not looked at is not computed. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useSeen } from '../../parts/seen.js';
import { Tabs } from '../../parts/tabs.js';
import { useLab } from '../lab-context.js';
import { ConfusionTab } from './confusion-view.js';
import { FitTab } from './fit-view.js';
import { LayersTab } from './layers-view.js';
import { PlaneTab } from './plane-view.js';
import { WrongTab } from './wrong-view.js';

const TABS = [
  { value: 'plane', text: 'Decision map' },
  { value: 'fit', text: 'Fitted line' },
  { value: 'confusion', text: 'Confusion' },
  { value: 'wrong', text: 'Mistakes' },
  { value: 'layers', text: 'Layers' },
] as const;
type Tab = (typeof TABS)[number]['value'];

export function ViewsPanel() {
  const { data } = useLab();
  const place = useRef<HTMLElement>(null);
  const isSeen = useSeen(place);
  const wanted = useSignal<Tab | undefined>(undefined);
  // Until somebody chooses, what suits the data.
  const inputs = data.summary.value?.inputs ?? 2;
  const tab =
    wanted.value ??
    (inputs === 2 ? 'plane' : inputs === 1 ? 'fit' : data.summary.value?.classes ? 'confusion' : 'layers');
  return (
    <section id="lab-views" class="panel" aria-labelledby="lab-views-title" ref={place}>
      <h2 id="lab-views-title">What the network does</h2>
      <Tabs label="Views of the network" tabs={TABS} value={tab} onChange={(value) => (wanted.value = value)}>
        {tab === 'plane' && <PlaneTab isSeen={isSeen} />}
        {tab === 'fit' && <FitTab isSeen={isSeen} />}
        {tab === 'confusion' && <ConfusionTab isSeen={isSeen} />}
        {tab === 'wrong' && <WrongTab isSeen={isSeen} />}
        {tab === 'layers' && <LayersTab isSeen={isSeen} />}
      </Tabs>
    </section>
  );
}
