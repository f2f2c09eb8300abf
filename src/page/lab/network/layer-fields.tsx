/** The fields of one layer, by its type. What is seldom changed is folded away. */
import { ACTIVATION_NAMES, type Activation } from '../../../core/activations.js';
import type { DenseLayer, LayerDocument } from '../../../core/model.js';
import { CheckField, NumberField, SelectField } from '../../parts/fields.js';
import { ActivationCurve } from './activation-curve.js';
import { InitializerFields } from './initializer-fields.js';
import { filled } from './layer-edits.js';
import { mostUnits } from './layer-facts.js';

interface Props {
  readonly layer: LayerDocument;
  /** Of the layer; undefined before the data are known. */
  readonly inputs: number | undefined;
  readonly onChange: (layer: LayerDocument) => void;
  /** The sentence for a field of the layer, for example `units`. */
  readonly problem: (field: string) => string | undefined;
}

export function LayerFields({ layer: document, inputs, onChange, problem }: Props) {
  const layer = filled(document);
  const change = (fields: object) => onChange({ ...document, ...fields });
  const epsilon = 'epsilon' in layer && (
    <NumberField
      label="Epsilon"
      value={layer.epsilon}
      min={1e-37}
      problem={problem('epsilon')}
      onChange={(value) => change({ epsilon: value })}
    />
  );
  switch (layer.type) {
    case 'dense':
      return (
        <>
          <div class="fields">
            <NumberField
              label="Units"
              whole
              min={1}
              max={mostUnits(inputs ?? 1)}
              value={layer.units}
              problem={problem('units')}
              onChange={(units) => change({ units })}
            />
            <ActivationField
              value={layer.activation}
              problem={problem('activation')}
              onChange={(activation) => change({ activation })}
            />
          </div>
          <MoreOfDense layer={layer} change={change} problem={problem} />
        </>
      );
    case 'dropout':
      return (
        <div class="fields">
          <NumberField
            label="Rate"
            min={0}
            max={1}
            below
            value={layer.rate}
            problem={problem('rate')}
            onChange={(rate) => change({ rate })}
          />
        </div>
      );
    case 'batchNormalization':
      return (
        <div class="fields">
          <NumberField
            label="Momentum"
            min={0}
            max={1}
            below
            value={layer.momentum}
            problem={problem('momentum')}
            onChange={(momentum) => change({ momentum })}
          />
          {epsilon}
        </div>
      );
    case 'layerNormalization':
      return <div class="fields">{epsilon}</div>;
    case 'activation':
      return (
        <div class="fields">
          <ActivationField
            value={layer.activation}
            problem={problem('activation')}
            onChange={(activation) => change({ activation })}
          />
        </div>
      );
    default:
      return layer satisfies never;
  }
}

interface ActivationProps {
  readonly value: Activation;
  readonly problem: string | undefined;
  readonly onChange: (activation: Activation) => void;
}

function ActivationField({ value, problem, onChange }: ActivationProps) {
  return (
    <div class="activation-field">
      <SelectField label="Activation" value={value} options={ACTIVATION_NAMES} problem={problem} onChange={onChange} />
      <ActivationCurve name={value} />
    </div>
  );
}

interface MoreProps extends Pick<Props, 'problem'> {
  readonly layer: DenseLayer;
  readonly change: (fields: object) => void;
}

function MoreOfDense({ layer, change, problem }: MoreProps) {
  const { l1, l2 } = layer.kernelRegularizer;
  const regularize = (fields: object) => change({ kernelRegularizer: { l1, l2, ...fields } });
  const has = (prefix: string) => ['', '.minval', '.l1', '.l2'].some((field) => problem(prefix + field));
  return (
    <details class="more" open={has('kernelInitializer') || has('kernelRegularizer') ? true : undefined}>
      <summary>
        More<span class="note"> {moreText(layer)}</span>
      </summary>
      <div class="fields">
        <InitializerFields
          value={layer.kernelInitializer}
          problem={(field) => problem(field ? `kernelInitializer.${field}` : 'kernelInitializer')}
          onChange={(kernelInitializer) => change({ kernelInitializer })}
        />
      </div>
      <div class="fields">
        <NumberField
          label="L1 penalty"
          min={0}
          value={l1}
          problem={problem('kernelRegularizer.l1')}
          onChange={(value) => regularize({ l1: value })}
        />
        <NumberField
          label="L2 penalty"
          min={0}
          value={l2}
          problem={problem('kernelRegularizer.l2')}
          onChange={(value) => regularize({ l2: value })}
        />
      </div>
      <CheckField label="Add a bias to each unit" checked={layer.useBias} onChange={(useBias) => change({ useBias })} />
    </details>
  );
}

/** What is folded away, in a few words. */
function moreText({ useBias, kernelInitializer, kernelRegularizer: { l1, l2 } }: DenseLayer): string {
  const penalties = [l1 > 0 && `L1 ${l1}`, l2 > 0 && `L2 ${l2}`].filter(Boolean);
  return [kernelInitializer.name, ...penalties, ...(useBias ? [] : ['no bias'])].join(', ');
}
