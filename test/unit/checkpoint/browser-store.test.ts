/** Where there is no browser's storage, that is said in a sentence; with storage it is tested in browsers (test/gpu/checkpoint.test.ts). */
import { expect, test } from 'vitest';
import { browserCheckpoints } from '../../../src/checkpoint/browser-store.js';
import { CheckpointError } from '../../../src/core/saved-state.js';

test('without a storage, preparing says so', async () => {
  const store = browserCheckpoints('mine');
  expect(store.name).toBe('the browser\'s checkpoints "mine"');
  await expect(store.prepare()).rejects.toThrow(CheckpointError);
  await expect(store.prepare()).rejects.toThrow(
    /^the browser's checkpoints "mine": found a storage that cannot be used \(.+\), expected /,
  );
});
