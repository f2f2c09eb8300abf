/** What the training does, as charts: its curves, and views of the network that it makes. */
import { useLab } from '../lab-context.js';
import { CurvesPanel } from './curves-panel.js';
import { ViewsPanel } from './views-panel.js';
import './charts.css';

export function ChartsPanel() {
  const { runs } = useLab();
  return (
    <>
      <CurvesPanel runs={runs} />
      <ViewsPanel />
    </>
  );
}
