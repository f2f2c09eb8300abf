// The forward pass of a batch under the persistent schedule, layer by layer.

import package::persistent_activation::LINEAR;
import package::persistent_activation::SOFTMAX;
import package::persistent_activation::activateBy;
import package::persistent_blocks::blockAt;
import package::persistent_blocks::blocksOf;
import package::persistent_blocks::keepBlock;
import package::persistent_dropout::drop;
import package::persistent_kinds::ACTIVATION_FORWARD;
import package::persistent_kinds::BATCH_NORMALIZATION;
import package::persistent_kinds::DENSE;
import package::persistent_kinds::DENSE_FORWARD;
import package::persistent_kinds::DROPOUT;
import package::persistent_kinds::DROPOUT_FORWARD;
import package::persistent_kinds::DROPS;
import package::persistent_kinds::NORMALIZES;
import package::persistent_kinds::SEPARATE_ACTIVATIONS;
import package::persistent_kinds::SOFTMAXES;
import package::persistent_kinds::SOFTMAX_FORWARD;
import package::persistent_kinds::has;
import package::persistent_memory::NONE;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_normalization::normalizeForward;
import package::persistent_product::COLUMNS;
import package::persistent_product::NO_ONES;
import package::persistent_product::Operand;
import package::persistent_product::product;
import package::persistent_softmax::softmaxForward;
import package::persistent_tables::layers;
import package::persistent_tables::programs;
import package::persistent_tables::settings;
import package::reduce::WORKGROUP;

fn forward(local: u32, p: u32) {
  let rows = programs[p].rows;
  let isTraining = programs[p].isTraining == 1u;
  for (var l = 0u; l < settings.layers; l++) {
    let x = select(layers[l].xMeasured, layers[l].x, isTraining);
    if (layers[l].kind == DENSE && isDue(DENSE_FORWARD, l)) {
      multiply(local, l, rows, x);
    }
    meet();
    activate(local, l, rows, x);
    if (has(DROPS) && layers[l].kind == DROPOUT && isTraining && isDue(DROPOUT_FORWARD, l)) {
      drop(local, l, rows, x, layers[l].y);
    }
    if (has(NORMALIZES) && layers[l].kind >= BATCH_NORMALIZATION) {
      normalizeForward(local, l, rows, x, isTraining);
    }
    meet();
  }
}

// z (B, U) = x (B, I) . kernel (I, U) + bias
fn multiply(local: u32, l: u32, rows: u32, x: u32) {
  let inputs = layers[l].inputs;
  let units = layers[l].columns;
  let kernel = layers[l].weights;
  let bias = kernel + inputs * units;
  let useBias = layers[l].useBias == 1u;
  for (var i = local; i < blocksOf(rows, units); i += WORKGROUP) {
    let at = blockAt(i, units);
    let left = Operand(x + at.x * inputs, inputs, 1u);
    var block = product(left, Operand(kernel + at.y, 1u, units), inputs, NO_ONES);
    if (useBias) {
      block[0] += memory[bias + at.y];
      if (COLUMNS == 4u) {
        block[1] += memory[bias + at.y + 1u];
        block[2] += memory[bias + at.y + 2u];
        block[3] += memory[bias + at.y + 3u];
      }
    }
    keepBlock(layers[l].z + at.x * units + at.y, units, rows - at.x, units - at.y, block);
  }
}

// y = activation(z): that of the product, in place, or one of its own.
fn activate(local: u32, l: u32, rows: u32, x: u32) {
  let isSeparate = has(SEPARATE_ACTIVATIONS) && layers[l].separate != NONE;
  let slot = select(layers[l].epilogue, layers[l].separate, isSeparate);
  let source = select(x, layers[l].z, layers[l].kind == DENSE);
  let isOwn = isSeparate && slot != SOFTMAX && isDue(ACTIVATION_FORWARD, l);
  if (isOwn || (!isSeparate && slot != LINEAR && isDue(DENSE_FORWARD, l))) {
    for (var i = local; i < rows * layers[l].columns; i += WORKGROUP) {
      memory[layers[l].y + i] = activateBy(slot, memory[source + i]);
    }
  }
  if (has(SOFTMAXES) && isSeparate && slot == SOFTMAX && isDue(SOFTMAX_FORWARD, l)) {
    softmaxForward(local, source, layers[l].y, rows, layers[l].columns);
  }
}
