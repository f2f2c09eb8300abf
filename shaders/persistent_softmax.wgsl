// Softmax under the persistent schedule, row by row, forward and backward. One invocation a row.

import package::persistent_memory::memory;
import package::reduce::WORKGROUP;

// y = exp(x - max x) / sum(exp(x - max x))
fn softmaxForward(local: u32, x: u32, y: u32, rows: u32, columns: u32) {
  for (var row = local; row < rows; row += WORKGROUP) {
    let first = row * columns;
    var largest = memory[x + first];
    for (var i = first + 1u; i < first + columns; i++) {
      largest = max(largest, memory[x + i]);
    }
    var sum = 0.0;
    for (var i = first; i < first + columns; i++) {
      let e = exp(memory[x + i] - largest);
      memory[y + i] = e;
      sum += e;
    }
    for (var i = first; i < first + columns; i++) {
      memory[y + i] /= sum;
    }
  }
}

// gradient = y * (gradient - sum(gradient * y)), in place
fn softmaxGradient(local: u32, y: u32, gradient: u32, rows: u32, columns: u32) {
  for (var row = local; row < rows; row += WORKGROUP) {
    let first = row * columns;
    var sum = 0.0;
    for (var i = first; i < first + columns; i++) {
      sum += memory[gradient + i] * memory[y + i];
    }
    for (var i = first; i < first + columns; i++) {
      memory[gradient + i] = memory[y + i] * (memory[gradient + i] - sum);
    }
  }
}
