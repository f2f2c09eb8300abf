/** The training's settings in the lab's run, and how they are changed. */
import type { TrainingDocument } from '../../../../core/training.js';
import { useLab } from '../../lab-context.js';
import type { LabRun } from '../../lab-state.js';
import { firstProblem, problemAt } from '../problems.js';

export interface TrainingSettingsHandle {
  readonly training: TrainingDocument;
  readonly model: LabRun['model'];
  readonly change: (change: (training: TrainingDocument) => TrainingDocument) => void;
  readonly changeModel: (change: (model: LabRun['model']) => LabRun['model']) => void;
  readonly problemAt: (path: string) => string | undefined;
  /** Of the network, by its last layer with units. */
  readonly outputs: number;
  readonly hasValidation: boolean;
  /** Whether targets are classes, as far as is known. */
  readonly isOfClasses: boolean;
}

export function useTrainingSettings(): TrainingSettingsHandle {
  const lab = useLab();
  const { model, training } = lab.state.value.run;
  const problem = firstProblem(lab);
  const summary = lab.data.summary.value;
  const last = model.layers.findLast((layer) => 'units' in layer);
  return {
    training,
    model,
    change: (change) => lab.editRun((run) => ({ ...run, training: change(run.training) })),
    changeModel: (change) => lab.editRun((run) => ({ ...run, model: change(run.model) })),
    problemAt: (path) => problemAt(problem, path),
    outputs: last && 'units' in last ? last.units : (summary?.inputs ?? 1),
    hasValidation: (summary?.rows.validation ?? 0) > 0 || (training.validationSplit ?? 0) > 0,
    isOfClasses: summary?.classes !== undefined,
  };
}
