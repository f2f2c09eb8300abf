// The backward pass of a batch under the persistent schedule: from the gradient of the last output to those of all
// weights, layer by layer.

import package::persistent_activation::LINEAR;
import package::persistent_activation::SOFTMAX;
import package::persistent_activation::slopeBy;
import package::persistent_dense_gradient::inputGradient;
import package::persistent_dense_gradient::kernelGradient;
import package::persistent_dropout::drop;
import package::persistent_kinds::ACTIVATION_GRADIENT;
import package::persistent_kinds::BATCH_NORMALIZATION;
import package::persistent_kinds::DENSE;
import package::persistent_kinds::DENSE_INPUT_GRADIENT;
import package::persistent_kinds::DROPOUT;
import package::persistent_kinds::DROPOUT_GRADIENT;
import package::persistent_kinds::DROPS;
import package::persistent_kinds::NORMALIZES;
import package::persistent_kinds::SEPARATE_SLOPES;
import package::persistent_kinds::SOFTMAXES;
import package::persistent_kinds::SOFTMAX_GRADIENT;
import package::persistent_kinds::has;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_normalization_gradient::normalizationGradient;
import package::persistent_softmax::softmaxGradient;
import package::persistent_tables::layers;
import package::persistent_tables::programs;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;

fn backward(local: u32, p: u32) {
  let rows = programs[p].rows;
  let accumulate = programs[p].accumulate == 1u;
  for (var n = settings.layers; n > settings.lowest; n--) {
    let l = n - 1u;
    let size = rows * layers[l].columns;
    let gradient = layers[l].gradient;
    if (has(SEPARATE_SLOPES)) {
      let slot = layers[l].slope;
      if (has(SOFTMAXES) && slot == SOFTMAX && isDue(SOFTMAX_GRADIENT, l)) {
        softmaxGradient(local, layers[l].slopeSource, gradient, rows, layers[l].columns);
      }
      if (slot <= LINEAR && isDue(ACTIVATION_GRADIENT, l)) {
        throughSlope(local, gradient, layers[l].slopeSource, slot, size);
      }
      meet();
    }
    if (layers[l].kind == DENSE) {
      inputGradient(local, l, rows);
      kernelGradient(local, l, rows, accumulate);
    }
    meet();
    let below = layers[l].epilogueBelow;
    if (layers[l].hasBelow == 1u && layers[l].kind == DENSE && below != LINEAR && isDue(DENSE_INPUT_GRADIENT, l)) {
      throughSlope(local, layers[l].gradientBelow, layers[l].x, below, rows * layers[l].inputs);
    }
    if (has(DROPS) && layers[l].kind == DROPOUT && isDue(DROPOUT_GRADIENT, l)) {
      drop(local, l, rows, gradient, gradient);
    }
    if (has(NORMALIZES) && layers[l].kind >= BATCH_NORMALIZATION) {
      normalizationGradient(local, l, rows, accumulate);
    }
    meet();
  }
}

// gradient *= slope, in place
fn throughSlope(local: u32, gradient: u32, source: u32, slot: u32, size: u32) {
  for (var i = local; i < size; i += WORKGROUP) {
    memory[gradient + i] *= slopeBy(slot, memory[source + i]);
  }
}
