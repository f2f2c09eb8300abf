/**
 * The layers of a model, each made by a call as in Keras. What comes back is the record that stands in a run
 * document, so it is JSON; it is checked when a model is made of it.
 */
import type { Activation } from '../core/activations.js';
import type { ActivationLayer, DropoutLayer, LayerDocument } from '../core/model.js';
import { optionsOf } from './options-of.js';

/** What `dense` makes: a dense layer of a run document. */
export type DenseDocument = Extract<LayerDocument, { readonly units: number }>;
/** What `batchNormalization` makes. */
export type BatchNormalizationDocument = Extract<LayerDocument, { readonly type: 'batchNormalization' }>;
/** What `layerNormalization` makes. */
export type LayerNormalizationDocument = Extract<LayerDocument, { readonly type: 'layerNormalization' }>;

/**
 * y = activation(x · kernel + bias): x (batch, inputs) → y (batch, units).
 * @param units whole number of at least 1
 * @throws RunError where the options are no object
 */
export function dense(units: number, options: Omit<DenseDocument, 'type' | 'units'> = {}): DenseDocument {
  return { ...optionsOf('dense', options), type: 'dense', units };
}

/**
 * In training sets a share of its inputs to 0 and divides the others by 1 − rate; afterwards passes all on.
 * @param rate at least 0, below 1
 */
export function dropout(rate: number): DropoutLayer {
  return { type: 'dropout', rate };
}

/** γ · (x − mean) / √(variance + epsilon) + β, per column over the batch. Defaults: momentum 0.99, epsilon 0.001. */
export function batchNormalization(options: Omit<BatchNormalizationDocument, 'type'> = {}): BatchNormalizationDocument {
  return { ...optionsOf('batchNormalization', options), type: 'batchNormalization' };
}

/** γ · (x − mean) / √(variance + epsilon) + β, per row over its columns. Default: epsilon 0.001. */
export function layerNormalization(options: Omit<LayerNormalizationDocument, 'type'> = {}): LayerNormalizationDocument {
  return { ...optionsOf('layerNormalization', options), type: 'layerNormalization' };
}

/** An activation as a layer of its own. */
export function activation(name: Activation): ActivationLayer {
  return { type: 'activation', activation: name };
}
