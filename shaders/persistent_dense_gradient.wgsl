// Backward through a dense layer under the persistent schedule: the two products.

import package::persistent_blocks::blockAt;
import package::persistent_blocks::blockIn;
import package::persistent_blocks::blocksOf;
import package::persistent_blocks::keepBlock;
import package::persistent_kinds::ACCUMULATES;
import package::persistent_kinds::DENSE_INPUT_GRADIENT;
import package::persistent_kinds::DENSE_KERNEL_GRADIENT;
import package::persistent_kinds::has;
import package::persistent_memory::isDue;
import package::persistent_product::NO_ONES;
import package::persistent_product::Operand;
import package::persistent_product::product;
import package::persistent_tables::layers;
import package::reduce::WORKGROUP;

// dzBelow (B, I) = dz (B, U) . kernelT, whose slope comes after
fn inputGradient(local: u32, l: u32, rows: u32) {
  if (layers[l].hasBelow == 1u && isDue(DENSE_INPUT_GRADIENT, l)) {
    let inputs = layers[l].inputs;
    let units = layers[l].columns;
    for (var i = local; i < blocksOf(rows, inputs); i += WORKGROUP) {
      let at = blockAt(i, inputs);
      let dz = Operand(layers[l].gradient + at.x * units, units, 1u);
      let block = product(dz, Operand(layers[l].weights + at.y * units, units, 1u), units, NO_ONES);
      keepBlock(layers[l].gradientBelow + at.x * inputs + at.y, inputs, rows - at.x, inputs - at.y, block);
    }
  }
}

// dkernel (I, U) = xT . dz, and behind it dbias: the weight of an input that is always 1
fn kernelGradient(local: u32, l: u32, rows: u32, accumulate: bool) {
  if (isDue(DENSE_KERNEL_GRADIENT, l)) {
    let inputs = layers[l].inputs;
    let units = layers[l].columns;
    let weights = inputs + layers[l].useBias;
    for (var i = local; i < blocksOf(weights, units); i += WORKGROUP) {
      let at = blockAt(i, units);
      let x = Operand(layers[l].x + at.x, 1u, inputs);
      var block = product(x, Operand(layers[l].gradient + at.y, 1u, units), rows, inputs - at.x);
      let place = layers[l].gradients + at.x * units + at.y;
      if (has(ACCUMULATES) && accumulate) {
        block += blockIn(place, units);
      }
      keepBlock(place, units, weights - at.x, units - at.y, block);
    }
  }
}
