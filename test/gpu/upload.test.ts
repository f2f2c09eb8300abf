/**
 * Data on its way to the device: in pieces, whatever holds it, every value in its place and none changed. The table is
 * larger than a piece and no multiple of one.
 */
import { parseSettings } from '../../src/core/run.js';
import { makeTask } from '../../src/core/task.js';
import { compileTask } from '../../src/plan/compile.js';
import { taskContents } from '../../src/plan/contents.js';
import { Execution } from '../../src/plan/execute.js';
import { expect, test } from '../support/device.js';
import { productDevice } from '../support/plans.js';

const ROWS = 1031;
const COLUMNS = 4099;
const COUNT = ROWS * COLUMNS;
/** Values of a piece. */
const PIECE = 2 ** 22;

test.for(['Uint8Array', 'Int16Array', 'Float32Array', 'Float64Array'] as const)(
  'a table in a %s arrives as it is',
  async (kind, { device, adapterInfo }) => {
    expect(COUNT).toBeGreaterThan(PIECE);
    const arrays = { Uint8Array, Int16Array, Float32Array, Float64Array };
    const values = new arrays[kind](COUNT);
    for (let i = 0; i < COUNT; i++) values[i] = (i * 7919) % 251;
    const { model, training } = parseSettings({
      model: { layers: [{ units: 1 }] },
      training: { loss: 'meanSquaredError', batchSize: 8 },
    });
    const x = { rows: ROWS, columns: COLUMNS, values };
    const task = makeTask(model, training, {
      prefix: '',
      x,
      y: { rows: ROWS, columns: 1, values: new Float32Array(ROWS) },
    });
    const plan = compileTask(task, { maxBindingBytes: 2 ** 27 });
    const execution = await Execution.create(productDevice(device, adapterInfo), plan, () => taskContents(task, plan));
    try {
      const { x: bytes } = await execution.read(['x']);
      const arrived = new Float32Array(bytes);
      expect(arrived).toHaveLength(COUNT);
      expect(firstDifference(arrived, values)).toBeUndefined();
      // Control: a value that is another is found, also behind the first piece.
      values[PIECE + 5] = 252;
      expect(firstDifference(arrived, values)).toBe(PIECE + 5);
    } finally {
      execution.destroy();
    }
  },
);

function firstDifference(arrived: Float32Array, values: ArrayLike<number>): number | undefined {
  const index = arrived.findIndex((value, i) => value !== values[i]);
  return index < 0 ? undefined : index;
}
