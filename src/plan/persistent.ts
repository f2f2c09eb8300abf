/**
 * The `persistent` schedule: the passes of a training's plan, unchanged in what they compute, laid into the memory of
 * one workgroup, so that one dispatch runs any number of them. It says where each buffer lies and how many invocations
 * the workgroup has; it refuses, with a reason, what does not fit. No values, no GPU.
 */
import { counted, wholeText } from '../core/text.js';
import { SAFE_TURNS } from '../gpu/safe-turns.js';
import { productOf } from '../passes/dense.js';
import { blocksOf, isReducing, itemsOf, turnsInOneWorkgroup } from '../passes/one-workgroup.js';
import type { Pass } from '../passes/pass.js';
import {
  ACTIVATION_SLOTS,
  MOST_COUNTS,
  MOST_LAYERS,
  MOST_PROGRAMS,
  MOST_SUMS,
  STANDING_NUMBERS,
  STATE_VALUES,
} from '../passes/persistent.js';
import { COUNTERS } from '../passes/rates.js';
import type { Network } from './network.js';
import { activationSlots, persistentTables } from './persistent-tables.js';
import { allPasses, f32, type Plan, type PlannedBuffer, u32, valueCount } from './plan.js';

/** What a device gives one workgroup. */
export interface WorkgroupLimits {
  /** Of workgroup memory. */
  readonly bytes: number;
  /** Invocations at most. */
  readonly invocations: number;
  /** Invocations that run in step: fewer than that leave hardware idle, and on a software adapter more gain nothing. */
  readonly lanes: number;
  /** Whether invocations beyond the lanes run one after the other. */
  readonly isSerial: boolean;
  /** Whether workgroup memory is worth having: a software adapter's is its memory like any other. */
  readonly isFast: boolean;
}

/** What every WebGPU device offers. */
export const DEFAULT_WORKGROUP: WorkgroupLimits = {
  bytes: 16384,
  invocations: 256,
  lanes: 32,
  isSerial: false,
  isFast: true,
};

/** Buffers that are wanted outside of a step only, or grow with the log: in storage, behind the image of memory. */
const BEHIND_MEMORY = ['previous', 'epochLog'];
/** The buffers that all others lie in. */
const PLACES = { state: 'loop.state', numbers: 'loop.numbers', counts: 'loop.counts', data: 'loop.data' } as const;

/** The buffer behind a binding of the shader; `memory` is the name of `state` where the two are one. */
export function placeOf(binding: string): string {
  return `loop.${binding === 'memory' ? 'state' : binding}`;
}

/** Values of workgroup memory are asked for in steps of so many, so that like networks share a pipeline. */
const MEMORY_STEP = 256;
/** Of workgroup memory beside `memory`: counters, a plateau's waiting, one slot an invocation for sums. */
const OTHER_VALUES = 16;

export type PersistentPlan = { readonly plan: Plan } | { readonly obstacle: string };

/** @param plan of the training, with one partial sum a reduction, and with gathers unless one batch is all there is */
export function persistentPlan(
  plan: Plan,
  network: Network,
  limits: WorkgroupLimits,
  dataLimit: number,
): PersistentPlan {
  const passes = allPasses(plan);
  const slots = activationSlots(passes);
  if (slots.length > ACTIVATION_SLOTS) return { obstacle: `it has more than ${ACTIVATION_SLOTS} kinds of activations` };
  const { sums, counts } = plan.train!;
  if (sums.length > MOST_SUMS || counts.length > MOST_COUNTS) return { obstacle: 'it has too many metrics' };
  if (passes.some(({ shader, uniforms }) => shader === 'gather' && uniforms['first']! > 0)) {
    return { obstacle: 'its data need several buffers' };
  }
  if (network.layers.length > MOST_LAYERS) return { obstacle: `it has more than ${MOST_LAYERS} layers` };
  if (Object.keys(plan.programs).length > MOST_PROGRAMS) return { obstacle: 'its batches are of too many kinds' };
  const workgroup = workgroupSize(passes, limits);
  const columns = blockColumns(passes, workgroup);
  const placed = placeBuffers(plan, passes, limits.isFast ? 0 : STATE_VALUES);
  const values = Math.ceil((placed.memory + 1) / MEMORY_STEP) * MEMORY_STEP;
  const bytes = 4 * (values + OTHER_VALUES + workgroup);
  if (bytes > limits.bytes) {
    const found = `${counted(4 * placed.memory, 'byte')} of weights, optimizer state and batch`;
    return { obstacle: `it needs ${found}, and one workgroup has ${wholeText(limits.bytes)}` };
  }
  if (!limits.isFast && placed.stateValues > STATE_VALUES) return { obstacle: 'its log is too large' };
  if (placed.dataBytes > dataLimit) return { obstacle: 'its data need several buffers' };
  const programs = Object.fromEntries(
    Object.entries(plan.programs).map(([name, own]) => [
      name,
      own.map((pass) => inOneWorkgroup(pass, workgroup, columns)),
    ]),
  );
  const turns = Math.max(...Object.values(programs).map((own) => own.reduce((sum, pass) => sum + pass.turns, 0)));
  if (turns > SAFE_TURNS) {
    return {
      obstacle: `a batch takes ${wholeText(turns)} turns of loops in one workgroup, and every driver allows ${wholeText(SAFE_TURNS)}`,
    };
  }
  const ready = { ...plan, programs, buffers: placed.buffers };
  const { tables, constants } = persistentTables(ready, network, slots, placed.memory);
  const reason = `${counted(4 * placed.memory, 'byte')} of weights, optimizer state and batch fit one workgroup's ${wholeText(limits.bytes)}`;
  return {
    plan: {
      ...ready,
      schedule: 'persistent',
      reason,
      loop: {
        shader: limits.isFast ? 'persistent' : 'persistent_in_storage',
        constants: { WORKGROUP: workgroup, COLUMNS: columns, ...(limits.isFast && { MEMORY: values }), ...constants },
        tables,
        imageValues: placed.memory,
      },
    },
  };
}

/**
 * As many invocations as the widest pass has items for, in whole steps of the hardware's lanes. Where the lanes are
 * all there is, more would only cost barriers.
 */
function workgroupSize(passes: readonly Pass[], { invocations, lanes, isSerial }: WorkgroupLimits): number {
  const widest = Math.max(...passes.map((pass) => itemsOf(pass)));
  let size = Math.min(lanes, invocations);
  while (!isSerial && 2 * size <= invocations && 2 * size <= widest) size *= 2;
  return size;
}

/**
 * Columns of the blocks of products: one, or four where that takes fewer loads from memory, which are what costs: a
 * block takes four for its rows and one for each of its columns with every term of its sums.
 */
function blockColumns(passes: readonly Pass[], workgroup: number): number {
  const loads = (columns: number) =>
    passes.reduce((sum, pass) => {
      const shape = productOf(pass);
      return shape ? sum + Math.ceil(blocksOf(shape, columns) / workgroup) * shape.inner * (4 + columns) : sum;
    }, 0);
  return loads(4) < loads(1) ? 4 : 1;
}

/** A pass as the one workgroup does it: sums by its invocations, one term after the other in products. */
function inOneWorkgroup(pass: Pass, workgroup: number, columns: number): Pass {
  const { constants, uniforms } = pass;
  const size = isReducing(pass) ? workgroup : 1;
  return {
    ...pass,
    constants: {
      ...constants,
      ...('WORKGROUP' in constants && { WORKGROUP: size }),
      ...('BLOCKED' in constants && { BLOCKED: 0 }),
    },
    uniforms: { ...uniforms, ...('stride' in uniforms && { stride: size }) },
    workgroups: [1, 1, 1],
    turns: turnsInOneWorkgroup(pass, workgroup, columns),
  };
}

interface Placed {
  readonly buffers: readonly PlannedBuffer[];
  /** Values of the image of workgroup memory. */
  readonly memory: number;
  /** With what lies behind it. */
  readonly stateValues: number;
  readonly dataBytes: number;
}

/** Gives every buffer a place in one of four. */
function placeBuffers(plan: Plan, passes: readonly Pass[], leastState: number): Placed {
  const gathered = new Set(passes.flatMap(({ shader, buffers }) => (shader === 'gather' ? [buffers['data']!] : [])));
  const ends = { state: 0, numbers: STANDING_NUMBERS, counts: 0, data: 0 };
  const place = (buffer: PlannedBuffer, into: keyof typeof ends): PlannedBuffer => {
    const offset = ends[into];
    ends[into] += valueCount(buffer.shape);
    return { ...buffer, within: { buffer: PLACES[into], offset } };
  };
  const kindOf = ({ name, type }: PlannedBuffer) => {
    if (gathered.has(name)) return 'data';
    if (name === 'counts') return 'counts';
    if (type === 'u32') return 'numbers';
    return BEHIND_MEMORY.includes(name) ? 'behind' : 'memory';
  };
  const of = (kind: ReturnType<typeof kindOf>) => plan.buffers.filter((buffer) => kindOf(buffer) === kind);
  const standing: PlannedBuffer[] = [];
  const rest: PlannedBuffer[] = [];
  for (const buffer of of('numbers')) {
    const offset = { counters: 0, waiting: COUNTERS.length }[buffer.name];
    if (offset === undefined) rest.push(place(buffer, 'numbers'));
    else standing.push({ ...buffer, within: { buffer: PLACES.numbers, offset } });
  }
  const inMemory = of('memory').map((buffer) => place(buffer, 'state'));
  const memory = ends.state;
  const others = [
    ...of('behind').map((buffer) => place(buffer, 'state')),
    ...of('counts').map((buffer) => place(buffer, 'counts')),
    ...of('data').map((buffer) => place(buffer, 'data')),
  ];
  const field = 'model.layers';
  return {
    buffers: [
      f32(PLACES.state, [Math.max(ends.state, leastState)], field),
      u32(PLACES.numbers, [ends.numbers], 'training'),
      u32(PLACES.counts, [Math.max(1, ends.counts)], 'training.metrics'),
      { ...f32(PLACES.data, [Math.max(1, ends.data)], 'data.x'), isData: true },
      ...inMemory,
      ...standing,
      ...rest,
      ...others,
    ],
    memory,
    stateValues: ends.state,
    dataBytes: 4 * ends.data,
  };
}
