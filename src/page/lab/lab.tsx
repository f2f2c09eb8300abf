/** The lab: data, network, training, charts and results around one run. It joins the panels; each is in a folder of its own. */
import { computed, effect } from '@preact/signals';
import { FaultPlace, openFaults } from '../parts/field-faults.js';
import { type PageContext, usePage } from '../shell/page-context.js';
import { sessionIn } from '../worker/open-workers.js';
import { ChartsPanel } from './charts/charts-panel.js';
import { openRuns } from './charts/run-store.js';
import { openData } from './data/data-store.js';
import { DataPanel } from './data/data-panel.js';
import { type Lab, LabPlace } from './lab-context.js';
import { checkRun } from './lab-state.js';
import { NetworkDrawing } from './network/network-drawing.js';
import { NetworkPanel } from './network/network-panel.js';
import { openNetwork } from './network/network-store.js';
import { problemOf } from './problem.js';
import { ResultsPanel } from './results/results-panel.js';
import { openResults } from './results/results-store.js';
import { TrainingPanel, TrainingSettings } from './training/training-panel.js';
import { openTraining } from './training/training-store.js';
import { isUnderWay } from './training/training-view.js';
import './lab.css';

export function LabView() {
  const page = usePage();
  const lab = labOf(page);
  return (
    <LabPlace.Provider value={lab}>
      <FaultPlace.Provider value={lab.faults}>
        <h1 class="visually-hidden">Lab</h1>
        <div class="lab">
          <TrainingPanel />
          <div class="two-columns lab-columns">
            <div class="lab-settings">
              <TrainingSettings />
              <DataPanel />
              <NetworkPanel />
            </div>
            <div class="lab-outcome">
              <NetworkDrawing />
              <ChartsPanel />
              <ResultsPanel />
            </div>
          </div>
        </div>
      </FaultPlace.Provider>
    </LabPlace.Provider>
  );
}

/** It outlives its view: whoever looks at another finds files, training and curves as they are. */
const OPEN = new WeakMap<PageContext, Lab>();

function labOf(page: PageContext): Lab {
  const lab = OPEN.get(page) ?? openLab(page);
  OPEN.set(page, lab);
  return lab;
}

function openLab({ state: page, update, workers, notices, isTraining }: PageContext): Lab {
  const { restarts } = workers;
  const gpu = sessionIn(workers, 'gpu', (worker) => worker.openLab());
  const cpu = sessionIn(workers, 'cpu', (worker) => worker.openLab());
  const state = computed(() => page.value.lab);
  const problem = computed(() => {
    try {
      checkRun(state.value.run);
      return undefined;
    } catch (error) {
      return problemOf(error);
    }
  });
  const edit: Lab['edit'] = (change) => update((whole) => ({ ...whole, lab: change(whole.lab) }));
  const editRun: Lab['editRun'] = (change) => edit((lab) => ({ ...lab, run: change(lab.run) }));
  const isSound = computed(() => problem.value === undefined);
  const data = openData({ state, isSound, restarts }, cpu, editRun);
  const network = openNetwork({ state, isSound, data, restarts }, gpu);
  const training = openTraining({
    gpu,
    cpu,
    onWarning: (text) => void notices.add({ kind: 'warning', text }),
    endWorkers: () => workers.restart(),
  });
  effect(() => {
    isTraining.value = [training, training.reference].some((one) => isUnderWay(one.status.value));
  });
  const results = openResults({ state, data, training, restarts }, cpu);
  return {
    state,
    edit,
    editRun,
    problem,
    data,
    network,
    training,
    runs: openRuns(training),
    results,
    faults: openFaults(),
    cpuSession: cpu,
  };
}
