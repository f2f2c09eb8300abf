/** The persistent schedule as a plan: where everything lies, how wide the workgroup is, and when there is none. */
import { describe, expect, test } from 'vitest';
import { taskOf } from '../../src/core/task.js';
import type { Run } from '../../src/core/run.js';
import { wholeText } from '../../src/core/text.js';
import { SAFE_TURNS } from '../../src/gpu/safe-turns.js';
import { turnsInOneWorkgroup } from '../../src/passes/one-workgroup.js';
import {
  LAYER_FIELDS,
  MOST_LAYERS,
  MOST_PROGRAMS,
  PROGRAM_FIELDS,
  SETTINGS_FIELDS,
} from '../../src/passes/persistent.js';
import { Cursor } from '../../src/plan/cursor.js';
import { DEFAULT_WORKGROUP, type WorkgroupLimits } from '../../src/plan/persistent.js';
import { allPasses, type Plan, planBytes, valueCount } from '../../src/plan/plan.js';
import { printPlan, summarizePlan } from '../../src/plan/print.js';
import { planTask, type PlanOptions } from '../../src/plan/schedule.js';
import { PERSISTENT_SLICES, SliceLength } from '../../src/plan/slices.js';
import { makeRun } from '../support/runs.js';
import { planOf, RUNS } from './plan-runs.js';

const plan = (run: Run, options?: PlanOptions) => planTask(taskOf(run), options);
const limits = (own: Partial<WorkgroupLimits>) => ({ workgroup: { ...DEFAULT_WORKGROUP, ...own } });
/** Enough updates that a loop is worth compiling. */
const epochs = 20;
const dense = (...units: number[]) => units.map((count) => ({ units: count, activation: 'tanh' as const }));

describe.each(Object.entries(RUNS))('%s', (_, run) => {
  const persistent = plan(run, { schedule: 'persistent' });

  test('every buffer lies within one of four, and none on another', () => {
    const owners = persistent.buffers.filter(({ within }) => !within);
    expect(owners.map(({ name }) => name)).toEqual(['loop.state', 'loop.numbers', 'loop.counts', 'loop.data']);
    for (const owner of owners) {
      const parts = persistent.buffers
        .flatMap(({ within, shape }) => (within?.buffer === owner.name ? [[within.offset, valueCount(shape)]] : []))
        .sort(([a], [b]) => a! - b!) as [number, number][];
      let end = 0;
      for (const [offset, count] of parts) {
        expect(offset).toBeGreaterThanOrEqual(end);
        end = offset + count;
      }
      expect(end).toBeLessThanOrEqual(valueCount(owner.shape));
    }
    const bytes = owners.reduce((sum, { shape }) => sum + 4 * valueCount(shape), 0);
    expect(planBytes(persistent)).toBe(bytes);
  });

  test('its passes are those of the layered schedule, in one workgroup', () => {
    const names = (of: Plan) => Object.values(of.programs).map((passes) => passes.map(({ label }) => label));
    const layered = names(planOf(run));
    // Where there is validation, batches are fetched even where one is all there is.
    const withoutGathers = (programs: string[][]) =>
      programs.map((p) => p.filter((label) => !label.includes('gather')));
    expect(withoutGathers(names(persistent))).toEqual(withoutGathers(layered));
    for (const pass of allPasses(persistent)) expect(pass.workgroups).toEqual([1, 1, 1]);
    expect(persistent.steps).toBe(planOf(run).steps);
  });

  test('its tables have a whole record for each layer and program, and a turn for each of an epoch', () => {
    const { tables, constants, imageValues } = persistent.loop!;
    const layers = run.model.layers.length;
    expect(tables.layers).toHaveLength(MOST_LAYERS * Object.keys(LAYER_FIELDS).length);
    const programs = Object.keys(persistent.programs).length;
    expect(tables.programs).toHaveLength(MOST_PROGRAMS * Object.keys(PROGRAM_FIELDS).length);
    expect(Math.max(...tables.turns)).toBe(programs - 1);
    const settings = Object.fromEntries(Object.keys(SETTINGS_FIELDS).map((name, i) => [name, tables.settings[i]]));
    expect(settings).toMatchObject({ layers, memory: imageValues });
    expect(constants['MEMORY']).toBeGreaterThan(imageValues);
    expect(4 * constants['MEMORY']!).toBeLessThanOrEqual(DEFAULT_WORKGROUP.bytes);
  });

  test('its words say so', () => {
    expect(summarizePlan(persistent)).toMatch(/^persistent schedule, .* in one dispatch of \d+ invocations, /);
    expect(printPlan(persistent)).toContain('one dispatch of persistent: ');
    expect(printPlan(persistent)).toMatch(/parameters +f32 \(\d+\) at \d+ of loop\.state/);
  });
});

describe('which schedule, and why', () => {
  test('a network that fits is persistent, and says how much it takes', () => {
    const { schedule, reason, loop } = plan(RUNS.article);
    expect(schedule).toBe('persistent');
    expect(reason).toBe(
      `${wholeText(4 * loop!.imageValues)} bytes of weights, optimizer state and batch fit one workgroup's 16,384`,
    );
  });

  test.each([
    [
      'weights alone',
      makeRun({ epochs, batch: 2, inputs: 60, layers: dense(60) }),
      'its weights and their gradients take 29,280 bytes, and one workgroup has 16,384',
    ],
    [
      'a batch',
      makeRun({ epochs, batch: 300, inputs: 4, layers: dense(8, 1) }),
      /^it needs [\d,]+ bytes of weights, optimizer state and batch, and one workgroup has 16,384$/,
    ],
    [
      'too many activations',
      makeRun({
        epochs,
        batch: 2,
        inputs: 1,
        layers: (['tanh', 'relu', 'elu', 'gelu', 'silu'] as const).map((activation) => ({ units: 1, activation })),
      }),
      'it has more than 4 kinds of activations',
    ],
  ])('what does not fit is layered: %s', (_, run, reason) => {
    const found = plan(run);
    expect(found.schedule).toBe('layered');
    expect(found.reason).toMatch(typeof reason === 'string' ? new RegExp(`^${reason}$`) : reason);
    expect(() => plan(run, { schedule: 'persistent' })).toThrow(
      /^schedule: found 'persistent', but its? .* or another schedule\.$/,
    );
    // With a workgroup that holds it, it fits; layers and kinds of activations do not depend on it.
    const large = plan(run, limits({ bytes: 2 ** 20 }));
    expect(large.schedule).toBe(/activations|layers/.test(found.reason) ? 'layered' : 'persistent');
  });

  test('data of several buffers are not for it', () => {
    const run = makeRun({ epochs, batch: 40, inputs: 3, layers: dense(1), training: { batchSize: 4 } });
    expect(plan(run, { maxBindingBytes: 256 })).toMatchObject({
      schedule: 'layered',
      reason: 'its data need several buffers',
    });
    expect(plan(run, { maxBindingBytes: 2048 }).schedule).toBe('persistent');
  });

  test('a batch that would take one workgroup too long is not for it', () => {
    const run = makeRun({ epochs, batch: 512, inputs: 32, layers: dense(64, 64) });
    const { schedule, reason } = plan(run, limits({ bytes: 2 ** 24, lanes: 4, isSerial: true }));
    expect(schedule).toBe('layered');
    expect(reason).toMatch(/^a batch takes [\d,]+ turns of loops in one workgroup, and every driver allows 60,000$/);
  });

  test('a handful of updates is not worth a loop, unless it is demanded', () => {
    const few = makeRun({ batch: 4, inputs: 2, layers: dense(1), epochs: 15 });
    const reason = 'its 15 updates would be over before a whole loop is compiled';
    expect(plan(few)).toMatchObject({ schedule: 'layered', reason });
    expect(plan(few, { schedule: 'persistent' }).schedule).toBe('persistent');
    expect(plan(makeRun({ batch: 4, inputs: 2, layers: dense(1), epochs: 16 })).schedule).toBe('persistent');
  });

  test('what is demanded is done', () => {
    expect(plan(RUNS.article, { schedule: 'layered' })).toMatchObject({ schedule: 'layered', reason: 'as demanded' });
    expect(plan(RUNS.article, { schedule: 'layered' }).loop).toBeUndefined();
  });
});

describe('how wide the workgroup is', () => {
  const sizeOf = (run: Run, own: Partial<WorkgroupLimits>) => plan(run, limits(own)).loop!.constants['WORKGROUP'];
  const wide = makeRun({ epochs, batch: 32, inputs: 2, layers: dense(16, 16, 1) });

  test('as wide as the widest pass has work for, in whole lanes', () => {
    expect(sizeOf(RUNS.article, {})).toBe(32);
    expect(sizeOf(wide, {})).toBe(256);
    expect(sizeOf(wide, { invocations: 128 })).toBe(128);
  });
  test('no wider than the lanes where more would run one after the other', () => {
    expect(sizeOf(wide, { isSerial: true, lanes: 4 })).toBe(4);
  });
  test('products of small networks go column by column, others in blocks', () => {
    const columnsOf = (run: Run) => plan(run, limits({ isSerial: true, lanes: 4 })).loop!.constants['COLUMNS'];
    expect([columnsOf(RUNS.article), columnsOf(wide)]).toEqual([1, 4]);
  });
});

describe('slices', () => {
  test('turns of a pass follow its loops', () => {
    const [forward] = allPasses(planOf(makeRun({ epochs, batch: 8, inputs: 10, layers: dense(6) })));
    // Two blocks of four rows for each of six columns, each ten terms; then 48 activations; and what is around.
    expect(turnsInOneWorkgroup(forward!, 4, 1)).toBe(3 * 11 + 12 + 6);
    expect(turnsInOneWorkgroup(forward!, 4, 4)).toBe(1 * 11 + 12 + 6);
  });

  test('stay below what every driver allows, until the device is known to allow more', () => {
    const cursor = new Cursor(plan(RUNS.article));
    expect(cursor.epochTurns).toBe(cursor.turns);
    const length = new SliceLength(PERSISTENT_SLICES);
    const most = () => {
      let turns = 0;
      while (length.hasRoom({ turns, dispatches: 0, batches: 1e6 }, { turns: 100, passes: 9 })) turns += 100;
      return turns;
    };
    expect(most()).toBe(SAFE_TURNS);
    length.learn(SAFE_TURNS, 1);
    expect(most()).toBe(SAFE_TURNS);
    length.allow(Infinity);
    expect(most()).toBe(2 * SAFE_TURNS);
    length.learn(2 * SAFE_TURNS, 500);
    expect(most()).toBe(SAFE_TURNS / 5);
  });
});
