// Stands for functions/dist/index.mjs: notes every call beside the endpoints file, and takes long or dies when a message
// says so.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cloudEvent } from '@google-cloud/functions-framework';

const file = process.env.MYMLOPS_ENDPOINTS ?? '';
const note = (entry) => appendFileSync(join(dirname(file), 'calls.jsonl'), `${JSON.stringify(entry)}\n`);

for (const name of ['request', 'event', 'sweep']) {
  cloudEvent(name, async (event) => {
    const said = JSON.parse(Buffer.from(event.data.message.data, 'base64').toString('utf8'));
    const { storage, tokens } = JSON.parse(readFileSync(file, 'utf8'));
    const objects = `http://${storage}/storage/v1/b/${process.env.MYMLOPS_RESULTS_BUCKET}/o`;
    const { status } = await fetch(objects, { headers: { authorization: `Bearer ${tokens[name]}` } });
    if (said.takesMs) {
      note({ name, said: { ...said, isBegun: true }, pid: process.pid });
      await new Promise((resolve) => setTimeout(resolve, said.takesMs));
    }
    note({ name, said, status, pid: process.pid, type: event.type, environment: Object.keys(process.env) });
    if (name === 'sweep' && existsSync(join(dirname(file), 'sweeps-fail'))) throw new Error('as the test says');
    if (said.die === true && event.data.deliveryAttempt === 1) process.exit(3);
  });
}
