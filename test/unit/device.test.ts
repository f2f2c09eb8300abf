/** What a device says of a call that failed: the reason, and not the call's own way of failing. */
import { afterEach, expect, test, vi } from 'vitest';
import { DeviceError, watchDevice } from '../../src/gpu/device.js';

const ADAPTER = { vendor: '', architecture: '', description: '', isFallback: true };
const unmapped = Object.assign(new Error('Buffer unmapped'), { name: 'AbortError' });

/** A device that is lost when it is told so. */
function fakeDevice() {
  const told: ((info: { message: string }) => void)[] = [];
  const lost = new Promise<{ message: string }>((resolve) => told.push(resolve));
  const gpu = { lost, addEventListener: () => undefined } as unknown as GPUDevice;
  return { device: watchDevice(gpu, ADAPTER), lose: (message: string) => told[0]!({ message }) };
}

afterEach(() => {
  vi.useRealTimers();
});

test('the loss of the device is the reason, also where its news come after the failure', async () => {
  vi.useFakeTimers();
  const { device, lose } = fakeDevice();
  const reason = device.explain(unmapped);
  await vi.advanceTimersByTimeAsync(1500);
  lose('pulled out');
  await vi.advanceTimersByTimeAsync(0);
  expect(await reason).toEqual(new DeviceError('The GPU device was lost: pulled out'));
  expect(await device.explain(new TypeError('of a broken device'))).toBeInstanceOf(DeviceError);
});

test('a readback that fails without any news is a DeviceError with what it said', async () => {
  vi.useFakeTimers();
  const { device } = fakeDevice();
  const reason = device.explain(unmapped);
  await vi.advanceTimersByTimeAsync(3000);
  const error = (await reason) as DeviceError;
  expect(error).toBeInstanceOf(DeviceError);
  expect(error.message).toBe('The GPU did not give back what it computed: Buffer unmapped');
  expect(error.cause).toBe(unmapped);
});

test('control: an error that is none of the GPU stays what it is', async () => {
  const { device } = fakeDevice();
  const mistake = new TypeError('a mistake of our own');
  expect(await device.explain(mistake)).toBe(mistake);
});
