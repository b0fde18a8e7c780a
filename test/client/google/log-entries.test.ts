// The functions' log, as Cloud Logging answers.
import { namesOf } from '@mymlops/protocol';
import { functionLog } from '../../../client/src/google/log-entries';
import { RestError } from '../../../client/src/google/rest';

const connection = { names: namesOf('my-project', 'a'), deadlineMs: 1_000 };

test('asks for the three functions of this deployment alone, and reads fields, severity and time', async () => {
  const asked: unknown[] = [];
  const entries = await functionLog(connection, '2026-11-21T10:00:00.000Z', (path, body) => {
    asked.push(path, body);
    const jsonPayload = { message: 'advance', time: 'of the process', severity: 'of the process' };
    return Promise.resolve({
      entries: [{ timestamp: '2026-11-21T10:00:01Z', severity: 'INFO', jsonPayload }, { textPayload: 'a stack' }],
      nextPageToken: 'older',
    });
  });
  expect(asked).toEqual([
    '/v2/entries:list',
    {
      resourceNames: ['projects/my-project'],
      filter:
        'resource.type="cloud_run_revision" AND resource.labels.service_name=("a-request" OR "a-event" OR "a-sweep") AND timestamp>="2026-11-21T10:00:00.000Z"',
      orderBy: 'timestamp desc',
      pageSize: 1000,
    },
  ]);
  expect(entries).toEqual([
    { message: 'advance', time: '2026-11-21T10:00:01Z', severity: 'INFO' },
    { time: undefined, severity: 'DEFAULT' },
  ]);
});

test('no entry at all', async () => {
  expect(await functionLog(connection, '2026-11-21T10:00:00.000Z', () => Promise.resolve({}))).toEqual([]);
});

test('a refusal is thrown', async () => {
  const refused = Promise.reject(new RestError(7, "Permission 'logging.logEntries.list' denied"));
  await expect(functionLog(connection, '2026-11-21T10:00:00.000Z', () => refused)).rejects.toThrow('denied');
});
