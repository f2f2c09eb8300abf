/** What a device says of a shader that it does not compile. Loaded where that happens. */
import { DeviceError } from './device.js';

/** With the compiler's own messages, each with the line it speaks of. */
export async function compileError(
  module: GPUShaderModule,
  { label, code }: { readonly label: string; readonly code: string },
  cause: unknown,
): Promise<DeviceError> {
  const { messages } = await module.getCompilationInfo();
  const lines = code.split('\n');
  const errors = messages
    .filter(({ type }) => type === 'error')
    .map(({ lineNum, linePos, message }) => `line ${lineNum}:${linePos}: ${message}\n    ${lines[lineNum - 1] ?? ''}`);
  if (errors.length === 0) errors.push(cause instanceof Error ? cause.message : String(cause));
  return new DeviceError(`The shader ${label} does not compile on this device: ${errors.join('\n')}`, { cause });
}
