// How a client finds the local cloud of its state folder.
import { START_DEADLINE_MS } from '../../../client/src/local/local-cloud';
import { START_PATIENCE_MS } from '../../../deploy/local/process/acquire-lock';

test('a folder that another process has: its sentence was never printed, as client and local cloud gave up at once', () => {
  const loadingMs = 5_000; // until the process has begun to wait, on a slow computer
  expect(START_PATIENCE_MS + loadingMs).toBeLessThanOrEqual(START_DEADLINE_MS);
});
