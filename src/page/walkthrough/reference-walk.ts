/**
 * The same training in float64, pass by pass, by the functions of src/reference: what stands beside the GPU's numbers. It
 * runs freely from the seed's own weights and never sees a number of the GPU. It knows the passes of the walkthrough's
 * plan, and refuses others.
 */
import { initialWeights } from '../../core/initializers.js';
import { type Matrix, matrix } from '../../core/matrix.js';
import { hasSlopeFromOutput, type OutputActivation } from '../../core/activations.js';
import { type Task, takeRows } from '../../core/task.js';
import type { Pass, PassShader } from '../../passes/pass.js';
import { activationGradient } from '../../reference/activation.js';
import { denseForward, denseInputGradient, denseKernelGradient } from '../../reference/dense.js';
import { exampleLosses, lossGradient } from '../../reference/loss.js';
import { stepRates, updateParameters } from '../../reference/optimizer.js';

export class ReferenceWalk {
  /** By the names of tensors.ts; never changed in place. */
  readonly tensors = new Map<string, Matrix>();
  /** Of each epoch that was logged. */
  readonly losses: number[] = [];
  readonly #task: Task;
  #updates = 0;

  constructor(task: Task) {
    this.#task = task;
    const { x, y } = task.train;
    const rows = Array.from({ length: x.rows }, (_, row) => row);
    this.tensors.set('x', takeRows(x, rows));
    this.tensors.set('targets', takeRows(y, rows));
    initialWeights(task.model, task.widths[0]!).forEach(({ kernel }, l) =>
      this.tensors.set(`layers.${l}.kernel`, kernel!),
    );
  }

  /** Does what a pass of the plan does. */
  step(pass: Pass): void {
    const work = this.#work[pass.shader];
    if (!work) throw new Error(`The walkthrough's reference knows no pass of ${pass.shader}.`);
    work(pass);
  }

  readonly #work: Readonly<Partial<Record<PassShader, (pass: Pass) => void>>> = {
    dense_forward_plain: ({ part, buffers: { x, y } }) =>
      this.#set(y!, denseForward(this.#get(x!), this.#weights(part!), this.#activation(part!))),
    elementwise_loss: ({ label, buffers }) => {
      const { loss } = this.#task.training;
      const [y, targets] = [this.#get(buffers['y']!), this.#get(buffers['targets']!)];
      const activation = this.#activation(this.#task.model.layers.length - 1);
      // The slope of these activations follows from y alone.
      this.#set(buffers['dz']!, activationGradient(y, y, lossGradient(loss, y, targets), activation));
      this.#set(label, sumOf(exampleLosses(loss, y, targets)));
    },
    elementwise_metric: ({ label, buffers: { y, targets } }) =>
      this.#set(label, sumOf(exampleLosses({ name: 'meanAbsoluteError' }, this.#get(y!), this.#get(targets!)))),
    dense_input_gradient_plain: ({ part, buffers: { dz, x, dzBelow } }) => {
      const { kernel } = this.#weights(part!);
      this.#set(dzBelow!, denseInputGradient(this.#get(dz!), kernel, this.#get(x!), this.#activation(part! - 1)));
    },
    dense_kernel_gradient_plain: ({ part, buffers: { x, dz } }) =>
      this.#set(`layers.${part!}.dkernel`, denseKernelGradient(this.#get(x!), this.#get(dz!), false).kernel),
    log_batch: () => void this.losses.push(this.#get('loss').values[0]!),
    sgd: () => this.#update(),
  };

  #update(): void {
    const { optimizer } = this.#task.training;
    const rates = stepRates(optimizer, optimizer.learningRate, this.#updates + 1);
    this.#task.model.layers.forEach((_, l) => {
      const name = `layers.${l}.kernel`;
      const before = this.#get(name);
      const after = matrix(before.rows, before.columns, before.values.slice());
      updateParameters(optimizer, rates, after.values, this.#get(`layers.${l}.dkernel`).values, []);
      this.#set(`${name} before`, before);
      this.#set(name, after);
    });
    this.#updates += 1;
  }

  #weights(l: number): { readonly kernel: Matrix; readonly bias: undefined } {
    return { kernel: this.#get(`layers.${l}.kernel`), bias: undefined };
  }

  #activation(l: number): OutputActivation {
    const layer = this.#task.model.layers[l]!;
    if (layer.type !== 'dense' || !hasSlopeFromOutput(layer.activation)) {
      throw new Error('The walkthrough goes through dense layers whose slope follows from their output.');
    }
    return layer.activation;
  }

  #get(name: string): Matrix {
    const found = this.tensors.get(name);
    if (!found) throw new Error(`Nothing has computed ${name} yet.`);
    return found;
  }

  #set(name: string, values: Matrix): void {
    this.tensors.set(name, values);
  }
}

function sumOf(values: Float64Array): Matrix {
  return matrix(1, 1, Float64Array.of(values.reduce((sum, value) => sum + value, 0)));
}
