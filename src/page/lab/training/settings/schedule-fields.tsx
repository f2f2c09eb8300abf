/** The schedule of the learning rate, with its numbers. */
import { type LearningRateSchedule, SCHEDULE_NAMES } from '../../../../core/training.js';
import { CheckField, NumberField, SelectField } from '../../../parts/fields.js';
import { freshSchedule, type Named, scheduleOf, withSchedule } from './document.js';
import { Fold } from '../../../parts/fold.js';
import { Numbers } from './numbers.js';
import { SCHEDULES } from './rules.js';
import { useTrainingSettings } from './use-settings.js';

const OPTIONS = SCHEDULE_NAMES.map((value) => ({ value, text: SCHEDULES[value].text }));
/** Steps that a span begins with where it is no longer the whole training. */
const FIRST_SPAN = 1000;

export function ScheduleFields() {
  const { training, change, problemAt, hasValidation } = useTrainingSettings();
  const schedule = scheduleOf(training);
  const { text, rules, span } = SCHEDULES[schedule.name];
  const set = (next: Named<LearningRateSchedule['name']>) => change((now) => withSchedule(now, next));
  const warmup = typeof schedule['warmupSteps'] === 'number' && schedule.name !== 'linearWarmup';
  return (
    <Fold
      title="Learning-rate schedule"
      now={`${text.toLowerCase()}${warmup ? ', with a warm-up' : ''}`}
      isWrong={problemAt('training.learningRateSchedule') !== undefined}
    >
      <div class="fields">
        <SelectField
          label="Schedule"
          value={schedule.name}
          options={OPTIONS}
          onChange={(name) => set(freshSchedule(name))}
        />
      </div>
      {span && (
        <div class="fields">
          <CheckField
            label="Over the whole training"
            checked={schedule[span] === undefined}
            onChange={(isWhole) => set({ ...schedule, [span]: isWhole ? undefined : FIRST_SPAN })}
          />
          {schedule[span] !== undefined && (
            <NumberField
              label="Steps that it takes"
              whole
              min={span === 'totalSteps' ? 2 : 1}
              value={schedule[span] as number}
              problem={problemAt(`training.learningRateSchedule.${span}`)}
              onChange={(value) => set({ ...schedule, [span]: value })}
            />
          )}
        </div>
      )}
      <div class="fields pairs">
        {schedule.name === 'reduceOnPlateau' && (
          <SelectField
            label="Watched"
            value={(schedule['monitor'] as 'loss' | 'val_loss' | undefined) ?? ''}
            options={[
              { value: '', text: `automatic (${hasValidation ? 'validation loss' : 'loss'})` },
              { value: 'loss', text: 'loss' },
              { value: 'val_loss', text: 'validation loss' },
            ]}
            problem={problemAt('training.learningRateSchedule.monitor')}
            onChange={(monitor) => set({ ...schedule, monitor: monitor || undefined })}
          />
        )}
        <Numbers
          key={schedule.name}
          path="training.learningRateSchedule"
          rules={rules}
          values={schedule}
          problemAt={problemAt}
          onChange={(field, value) => set({ ...schedule, [field]: value })}
        />
      </div>
    </Fold>
  );
}
