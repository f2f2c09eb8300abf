/**
 * A plan as text, for people and for tests: one line, or every buffer and every pass.
 * It reads the plan only.
 */
import { bytesText, counted } from '../core/text.js';
import type { Pass } from '../passes/pass.js';
import { INTERFACES } from '../passes/shaders.js';
import { type Plan, planBytes, type Segment, valueCount } from './plan.js';

/** The plan in one line: schedule, sizes, passes, memory. */
export function summarizePlan(plan: Plan): string {
  const kernels = plan.parameters.filter(({ weight }) => weight === 'kernel');
  // Without a dense layer every width is that of the inputs.
  const inputs = kernels[0]?.shape[0] ?? plan.parameters[0]!.shape[1];
  const widths = [inputs, ...(kernels.length > 0 ? kernels.map(({ shape }) => shape[1]) : [inputs])].join('-');
  const count = plan.parameters.reduce((sum, { shape }) => sum + valueCount(shape), 0);
  const passes = Object.values(plan.programs).map(({ length }) => length);
  const together = plan.loop ? ` in one dispatch of ${counted(plan.loop.constants['WORKGROUP']!, 'invocation')}` : '';
  return (
    `${plan.schedule} schedule, ${widths} network, ${counted(count, 'parameter')}, ` +
    `${Math.max(...passes)} passes a step${together}, ${counted(plan.steps, 'step')}, ` +
    `${bytesText(planBytes(plan))} on the GPU`
  );
}

/** The whole plan: a line a buffer, the order of an epoch, and a line a pass of each program. */
export function printPlan(plan: Plan): string {
  const buffers = plan.buffers.map(({ name, type, shape, within }) => [
    name,
    `${type} (${shape.join(', ')})${within ? ` at ${within.offset} of ${within.buffer}` : ''}`,
  ]);
  const ranges = plan.parameters.map(({ name, buffer, offset, shape }) => [
    name,
    `at ${offset}${buffer === 'parameters' ? '' : ` of ${buffer}`} (${shape.join(', ')})`,
  ]);
  const programs = Object.entries(plan.programs).flatMap(([name, passes]) => [
    `program ${name}`,
    ...table(
      passes.map((pass, i) => [
        String(i + 1),
        pass.label,
        pass.shader,
        dataFlow(pass),
        fields(pass.constants),
        fields(pass.uniforms),
        pass.workgroups.join('×'),
      ]),
    ),
  ]);
  return [
    `schedule ${plan.schedule}: ${plan.reason}`,
    'buffers',
    ...table(buffers),
    'parameters',
    ...table(ranges),
    ...(plan.loop ? [`one dispatch of ${plan.loop.shader}: ${fields(plan.loop.constants)}`] : []),
    `${counted(plan.epochs, 'epoch')} of: ${plan.epoch.map(segmentText).join(', ')}; ${counted(plan.steps, 'step')}`,
    ...programs,
  ].join('\n');
}

/** `3 × (part, train)` */
function segmentText({ times, programs }: Segment): string {
  const names = programs.map(({ program, times: runs }) => (runs > 1 ? `${runs} × ${program}` : program)).join(', ');
  return times > 1 ? `${times} × (${names})` : names;
}

/** `x parameters → layers.0.y` */
function dataFlow({ shader, buffers }: Pass): string {
  const bindings = Object.entries(INTERFACES[shader].bindings);
  const names = (access: string) => bindings.filter(([, a]) => a === access).map(([binding]) => buffers[binding]);
  return `${names('read').join(' ')} → ${names('read_write').join(' ')}`;
}

function fields(record: Readonly<Record<string, number>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
