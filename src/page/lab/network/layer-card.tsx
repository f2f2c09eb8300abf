/** One layer of the list: its type, its fields, and what can be done to it. */
import type { LayerDocument } from '../../../core/model.js';
import { describeLayer, filled, LAYER_TYPES, type LayerType, newLayer } from './layer-edits.js';
import { LayerFields } from './layer-fields.js';

/** What of a card takes the focus after an edit. */
export type CardPart = 'card' | 'type' | 'up' | 'down';

interface Props {
  readonly layer: LayerDocument;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** Of the layer; undefined before the data are known. */
  readonly inputs: number | undefined;
  /** What belongs to no field of it: how it fits the data. */
  readonly hint: string | undefined;
  readonly problem: (field: string) => string | undefined;
  readonly onChange: (layer: LayerDocument) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onDuplicate: () => void;
  readonly onRemove: () => void;
}

export function LayerCard({
  layer,
  index,
  count,
  inputs,
  hint,
  problem,
  onChange,
  onMove,
  onDuplicate,
  onRemove,
}: Props) {
  const name = `layer ${index + 1}`;
  return (
    <div
      class="layer"
      data-part="card"
      tabIndex={-1}
      role="group"
      aria-label={`Layer ${index + 1}: ${describeLayer(layer)}`}
    >
      <div class="layer-head">
        <span class="layer-number" aria-hidden="true">
          {index + 1}
        </span>
        <select
          data-part="type"
          aria-label={`Type of ${name}`}
          value={filled(layer).type}
          onChange={({ currentTarget }) => onChange(newLayer(currentTarget.value as LayerType, layer))}
        >
          {LAYER_TYPES.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <div class="layer-buttons">
          <IconButton
            part="up"
            label={`Move ${name} up`}
            icon="M8 13V3M3.5 7.5 8 3l4.5 4.5"
            disabled={index === 0}
            onClick={() => onMove(-1)}
          />
          <IconButton
            part="down"
            label={`Move ${name} down`}
            icon="M8 3v10M3.5 8.5 8 13l4.5-4.5"
            disabled={index === count - 1}
            onClick={() => onMove(1)}
          />
          <IconButton part="duplicate" label={`Duplicate ${name}`} icon="M6 6h7v7H6zM3 10V3h7" onClick={onDuplicate} />
          <IconButton
            part="remove"
            label={`Remove ${name}`}
            icon="M4 4l8 8M12 4l-8 8"
            disabled={count === 1}
            onClick={onRemove}
          />
        </div>
      </div>
      <LayerFields layer={layer} inputs={inputs} onChange={onChange} problem={problem} />
      <p class="problem">{problem('')}</p>
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}

interface IconProps {
  readonly part: string;
  readonly label: string;
  /** The path of a 16 × 16 drawing. */
  readonly icon: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function IconButton({ part, label, icon, disabled = false, onClick }: IconProps) {
  return (
    <button
      type="button"
      class="icon"
      data-part={part}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={icon} />
      </svg>
    </button>
  );
}
