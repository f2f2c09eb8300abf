/** What computes the training, by which schedule of the plan, and what is checked of it. None of it changes what is trained. */
import { CheckField, SelectField } from '../../../parts/fields.js';
import { useLab } from '../../lab-context.js';
import { firstProblem, problemAt } from '../problems.js';
import { Fold } from '../../../parts/fold.js';

const BACKENDS = [
  { value: 'webgpu', text: 'WebGPU' },
  { value: 'cpu', text: 'CPU (float64 reference)' },
  { value: 'auto', text: 'the quicker one' },
] as const;
const SCHEDULES = [
  { value: 'automatic', text: 'automatic' },
  { value: 'persistent', text: 'persistent' },
  { value: 'layered', text: 'layered' },
] as const;

/** What the modes of the library's `verify` are called; `short` stands in the folded line. */
const CHECKS = [
  { value: 'sample', text: 'samples, in 5 % of the time', short: ', checked' },
  { value: 'every', text: 'every step (slow)', short: ', every step checked' },
  { value: 'off', text: 'nothing', short: '' },
] as const;

export function ComputingFields() {
  const lab = useLab();
  const { backend, schedule, comparesReference } = lab.state.value;
  const { verify } = lab.training.preferences;
  const problem = firstProblem(lab);
  const isOnGpu = backend !== 'cpu';
  const checked = isOnGpu ? CHECKS.find(({ value }) => value === verify.value)!.short : '';
  const now = `${BACKENDS.find(({ value }) => value === backend)!.text}${checked}`;
  return (
    <Fold
      title="Computed by"
      now={now}
      isWrong={['backend', 'schedule'].some((path) => problemAt(problem, path) !== undefined)}
    >
      <div class="fields pairs">
        <SelectField
          label="Backend"
          value={backend}
          options={BACKENDS}
          problem={problemAt(problem, 'backend')}
          onChange={(value) => lab.edit((state) => ({ ...state, backend: value }))}
        />
        <SelectField
          label="Plan’s schedule"
          value={schedule ?? 'automatic'}
          options={SCHEDULES}
          disabled={!isOnGpu}
          problem={problemAt(problem, 'schedule')}
          onChange={(value) => lab.edit((state) => ({ ...state, schedule: value === 'automatic' ? undefined : value }))}
        />
      </div>
      <SelectField
        label="Checked against the reference"
        value={verify.value}
        options={CHECKS}
        disabled={!isOnGpu}
        onChange={(mode) => (verify.value = mode)}
      />
      <CheckField
        label="Train the reference beside it"
        checked={comparesReference}
        disabled={!isOnGpu}
        onChange={(isOn) => lab.edit((state) => ({ ...state, comparesReference: isOn }))}
      />
    </Fold>
  );
}
