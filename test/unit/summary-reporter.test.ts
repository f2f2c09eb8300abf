/** A red run is never summed up as green, whatever made it red. */
import { expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { count } from '../support/summary-reporter.js';

/** As much of Vitest's module as the count looks at. */
function moduleWith(states: string[], { errors = 0, suiteErrors = 0 } = {}): TestModule {
  const failures = (n: number) => () => Array.from({ length: n }, () => ({ message: 'broken' }));
  return {
    errors: failures(errors),
    children: {
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
      allSuites: () => [{ errors: failures(suiteErrors) }],
    },
  } as unknown as TestModule;
}

test('counts tests by their result', () => {
  const modules = [moduleWith(['passed', 'passed', 'failed']), moduleWith(['passed', 'skipped'])];
  expect(count(modules, 0, 'failed')).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(count([moduleWith(['passed'])], 0, 'passed')).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('counts a file that does not load, a hook that throws and a loose error', () => {
  expect(count([moduleWith(['passed']), moduleWith([], { errors: 2 })], 0, 'failed').failed).toBe(1);
  expect(count([moduleWith(['passed'], { suiteErrors: 1 })], 0, 'failed').failed).toBe(1);
  expect(count([moduleWith(['passed'])], 2, 'failed').failed).toBe(2);
});

test('counts a test that never ended', () => {
  expect(count([moduleWith(['passed', 'pending'])], 0, 'interrupted').failed).toBe(1);
});

test('says at least one failure when Vitest says red, or when nothing ran', () => {
  expect(count([moduleWith(['passed'])], 0, 'failed').failed).toBe(1);
  expect(count([], 0, 'passed').failed).toBe(1);
});
