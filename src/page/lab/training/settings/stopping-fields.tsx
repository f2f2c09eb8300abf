/** When a training ends before its last epoch. */
import { historyKeys } from '../../../../core/history.js';
import type { Metric } from '../../../../core/training.js';
import { curveName } from '../../../../verify/curves.js';
import { CheckField, SelectField } from '../../../parts/fields.js';
import { metricsOf, withFields } from './document.js';
import { Fold } from '../../../parts/fold.js';
import { Numbers } from './numbers.js';
import { STOPPING } from './rules.js';
import { useTrainingSettings } from './use-settings.js';

const FIRST_PATIENCE = 10;

export function StoppingFields() {
  const { training, change, problemAt, hasValidation } = useTrainingSettings();
  const { earlyStopping } = training;
  const path = 'training.earlyStopping';
  const metrics = metricsOf(training) as unknown as readonly Metric[];
  const keys = historyKeys({ metrics }, hasValidation);
  const monitor = earlyStopping?.monitor;
  const set = (fields: Readonly<Record<string, unknown>>) => {
    const all = Object.entries({ ...earlyStopping, ...fields }).filter(([, value]) => value !== undefined);
    change((now) => withFields(now, { earlyStopping: Object.fromEntries(all) }));
  };
  return (
    <Fold
      title="Early stopping"
      now={earlyStopping ? `after ${earlyStopping.patience ?? 0} epochs without improvement` : 'off'}
      isWrong={problemAt(path) !== undefined}
    >
      <CheckField
        label="Stop when it no longer improves"
        checked={earlyStopping !== undefined}
        onChange={(isOn) =>
          change((now) => withFields(now, { earlyStopping: isOn ? { patience: FIRST_PATIENCE } : undefined }))
        }
      />
      {earlyStopping && (
        <>
          <div class="fields pairs">
            <SelectField
              label="Watched"
              value={monitor ?? ''}
              options={[
                { value: '', text: `automatic (${hasValidation ? 'validation loss' : 'loss'})` },
                // One that is gone is shown too, with what is wrong about it.
                ...[...new Set([...keys, ...(monitor === undefined ? [] : [monitor])])].map((value) => ({
                  value,
                  text: curveName(value),
                })),
              ]}
              problem={problemAt(`${path}.monitor`)}
              onChange={(key) => set({ monitor: key || undefined })}
            />
            <Numbers
              path={path}
              rules={STOPPING}
              values={{ ...earlyStopping }}
              problemAt={problemAt}
              onChange={(field, value) => set({ [field]: value })}
            />
          </div>
          <CheckField
            label="Put the best epoch’s weights back"
            checked={earlyStopping.restoreBestWeights ?? false}
            onChange={(isOn) => set({ restoreBestWeights: isOn || undefined })}
          />
        </>
      )}
    </Fold>
  );
}
