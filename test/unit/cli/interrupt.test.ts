/** Ctrl-C, once, twice, and twice at the same moment, on a made-up process. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { InterruptError, interruptible } from '../../../src/cli/interrupt.js';

function begin() {
  const signals = new EventEmitter();
  const told: string[] = [];
  const exits: number[] = [];
  const clock = { time: 1000 };
  const source = {
    on: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => signals.on(signal, listener),
    off: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => signals.off(signal, listener),
    exit: (code: number) => exits.push(code),
    stderr: { write: (text: string) => told.push(text) },
  };
  const send = (signal: NodeJS.Signals) => signals.emit(signal, signal);
  return { ...{ signals, told, exits, clock, send }, work: interruptible(source, () => clock.time) };
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('once asks the work to stop, in a sentence', () => {
    const { work, send, told, exits } = begin();
    expect([work.interrupted, work.signal.aborted, told]).toEqual([false, false, []]);
    send(signal);
    expect([work.interrupted, work.signal.aborted, exits]).toEqual([true, true, []]);
    expect(told).toEqual(['\nStopping as soon as the work under way is done; once more stops at once.\n']);
    expect(work.signal.reason).toBeInstanceOf(InterruptError);
    expect(work.signal.reason).toMatchObject({ signal, exitCode: 130, message: `Stopped by ${signal}.` });
  });

  test('twice ends the process with code 130', () => {
    const { send, exits, clock } = begin();
    send(signal);
    clock.time += 2000;
    send('SIGINT');
    expect(exits).toEqual([130]);
  });

  test('twice at once, as npm passes it on, is once', () => {
    const { send, exits, clock } = begin();
    send(signal);
    clock.time += 3;
    send(signal);
    expect(exits).toEqual([]);
  });
});

test('after dispose, signals are the process’s own again', () => {
  const { work, send, signals, told } = begin();
  work.dispose();
  send('SIGINT');
  expect([signals.eventNames(), told, work.interrupted]).toEqual([[], [], false]);
});
