// Backward through the normalizations under the persistent schedule: gradients of gamma and beta, then, in place, of
// the input (batch_normalization_gradient.wgsl and layer_normalization_gradient.wgsl have the formulas).

import package::persistent_kinds::LAYER_NORMALIZATION;
import package::persistent_kinds::NORMALIZATION_INPUT_GRADIENT;
import package::persistent_kinds::NORMALIZATION_WEIGHT_GRADIENT;
import package::persistent_memory::isDue;
import package::persistent_memory::meet;
import package::persistent_memory::memory;
import package::persistent_tables::layers;
import package::reduce::WORKGROUP;

fn normalizationGradient(local: u32, l: u32, rows: u32, accumulate: bool) {
  let isPerRow = layers[l].kind == LAYER_NORMALIZATION;
  let columns = layers[l].columns;
  if (isDue(NORMALIZATION_WEIGHT_GRADIENT, l)) {
    for (var column = local; column < columns; column += WORKGROUP) {
      weightGradient(l, rows, column, isPerRow, accumulate);
    }
  }
  meet();
  if (layers[l].hasBelow == 1u && isDue(NORMALIZATION_INPUT_GRADIENT, l)) {
    if (isPerRow) {
      for (var row = local; row < rows; row += WORKGROUP) {
        rowGradient(l, row, rows);
      }
    } else {
      for (var i = local; i < rows * columns; i += WORKGROUP) {
        columnGradient(l, i, f32(rows));
      }
    }
  }
}

fn weightGradient(l: u32, rows: u32, column: u32, isPerRow: bool, accumulate: bool) {
  let columns = layers[l].columns;
  let moments = layers[l].moments;
  let groups = select(columns, rows, isPerRow);
  var products = 0.0;
  var plain = 0.0;
  for (var row = 0u; row < rows; row++) {
    let i = row * columns + column;
    let line = select(column, row, isPerRow);
    let dy = memory[layers[l].gradient + i];
    let deviation = sqrt(memory[moments + groups + line] + layers[l].epsilon);
    products += dy * ((memory[layers[l].x + i] - memory[moments + line]) / deviation);
    plain += dy;
  }
  memory[layers[l].sums + column] = products;
  memory[layers[l].sums + columns + column] = plain;
  let gamma = layers[l].gradients + column;
  if (accumulate) {
    products += memory[gamma];
    plain += memory[gamma + columns];
  }
  memory[gamma] = products;
  memory[gamma + columns] = plain;
}

fn columnGradient(l: u32, i: u32, rows: f32) {
  let columns = layers[l].columns;
  let column = i % columns;
  let moments = layers[l].moments + column;
  let sums = layers[l].sums + column;
  let deviation = sqrt(memory[moments + columns] + layers[l].epsilon);
  let normalized = (memory[layers[l].x + i] - memory[moments]) / deviation;
  let place = layers[l].gradient + i;
  let centred = memory[place] - memory[sums + columns] / rows - normalized * (memory[sums] / rows);
  memory[place] = memory[layers[l].weights + column] / deviation * centred;
}

fn rowGradient(l: u32, row: u32, rows: u32) {
  let columns = layers[l].columns;
  let mean = memory[layers[l].moments + row];
  let deviation = sqrt(memory[layers[l].moments + rows + row] + layers[l].epsilon);
  let x = layers[l].x + row * columns;
  let gradient = layers[l].gradient + row * columns;
  var plain = 0.0;
  var products = 0.0;
  for (var c = 0u; c < columns; c++) {
    let g = memory[gradient + c] * memory[layers[l].weights + c];
    plain += g;
    products += g * ((memory[x + c] - mean) / deviation);
  }
  plain /= f32(columns);
  products /= f32(columns);
  for (var c = 0u; c < columns; c++) {
    let g = memory[gradient + c] * memory[layers[l].weights + c];
    memory[gradient + c] = (g - plain - (memory[x + c] - mean) / deviation * products) / deviation;
  }
}
