/**
 * Computes what the charts show of a network, with the reference: it is handed the weights of a snapshot and has the lab's data. A
 * view of a training under way looks at fewer rows, so that the reference beside it keeps most of the time.
 */
import type { Task } from '../../../core/task.js';
import { type LoadedRun, taskOfLoaded } from '../../../data/load.js';
import type {
  ConfusionView,
  FitView,
  Nothing,
  PlaneView,
  TensorChoice,
  TensorView,
  ViewRequest,
  WrongView,
} from '../charts/view-results.js';
import type { LabRun } from '../lab-state.js';
import type { LabData } from './lab-data.js';
import { fitView } from './views/fit.js';
import { confusionView, wrongView } from './views/mistakes.js';
import { planeView } from './views/plane.js';
import type { ViewSubject } from './views/subject.js';
import { tensorView } from './views/tensor.js';

/** Products of a view, about: some tens of milliseconds, and some tenths of a second. */
const BUDGET = { live: 2e7, atRest: 3e8 };

export class LabViews {
  readonly #data: LabData;
  #used: { readonly loaded: LoadedRun; readonly task: Task } | undefined;

  constructor(data: LabData) {
    this.#data = data;
  }

  /**
   * Which run the weights that follow are of: that of a training, while the panel of the data may be at another one.
   * @throws RunError or DataError where it cannot be loaded
   */
  async use(run: LabRun, files: readonly File[]): Promise<void> {
    const loaded = await this.#data.loaded(run, files);
    this.#used = { loaded, task: taskOfLoaded(loaded) };
  }

  plane(request: ViewRequest): PlaneView | Nothing {
    return planeView(this.#subject(request));
  }

  fit(request: ViewRequest): FitView | Nothing {
    return fitView(this.#subject(request));
  }

  confusion(request: ViewRequest): ConfusionView | Nothing {
    return confusionView(this.#subject(request));
  }

  wrong(request: ViewRequest): WrongView | Nothing {
    return wrongView(this.#subject(request));
  }

  tensor(request: ViewRequest, choice: TensorChoice): TensorView | Nothing {
    return tensorView(this.#subject(request), choice);
  }

  #subject({ weights, isLive }: ViewRequest): ViewSubject {
    if (!this.#used) throw new Error('No run was named whose weights these are.');
    return { ...this.#used, weights, budget: isLive ? BUDGET.live : BUDGET.atRest };
  }
}
