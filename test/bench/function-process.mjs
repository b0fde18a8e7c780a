// A function in the functions framework's own command line, as Google starts it, on one core.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FRAMEWORK = fileURLToPath(
  new URL('../../node_modules/@google-cloud/functions-framework/build/src/main.js', import.meta.url),
);
const TOPIC = 'projects/local/topics/x';

/** Says where the framework listens: it prints the 0 that it was given. */
const SAY_PORT = `
const { Server } = require('node:http');
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  this.once('listening', () => console.log('port ' + this.address().port));
  return listen.apply(this, args);
};
`;

/**
 * Returns what starts the function `target` of a file, sends it messages one after another, and ends it. It resolves with the
 * seconds from its start until the first message was handled, and its memory after the last. `next`: makes a message.
 */
export function functionStarter(node, env, folder) {
  const sayPort = join(folder, 'say-port.cjs');
  writeFileSync(sayPort, SAY_PORT);
  const command = [...onOneCore(), node, '--require', sayPort, FRAMEWORK];
  return async (file, target, next, count) => {
    const first = await next();
    const startMs = performance.now();
    const [program, ...args] = [...command, `--source=${file}`, `--target=${target}`];
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = noted(child);
    try {
      const port = await said.port;
      const push = (message) =>
        post(port, message).catch((error) => Promise.reject(new Error(said.text(), { cause: error })));
      await push(first);
      const seconds = (performance.now() - startMs) / 1000;
      for (let sent = 1; sent < count; sent++) await push(await next());
      return { seconds, bytes: memoryOf(child) };
    } finally {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    }
  };
}

/** taskset replaces itself with the program. */
function onOneCore() {
  if (spawnSync('taskset', ['-c', '0', 'true']).status === 0) return ['taskset', '-c', '0'];
  console.error('cold starts are measured on all cores: no taskset here');
  return [];
}

/** All that it says, and the port that it names; rejects where it ends before. */
function noted(child) {
  const lines = [];
  const port = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const [, found] = /^port (\d+)$/.exec(line) ?? [];
        if (found) resolve(Number(found));
      });
    }
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`a function ended with ${code}: ${lines.join('\n')}`)));
  });
  return { port, text: () => lines.join('\n') };
}

/** Bytes of its pages in memory now. */
function memoryOf({ pid }) {
  if (process.platform === 'linux') {
    return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
  }
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) * 1024;
}

/** In the form in which Eventarc pushes a message. */
function post(port, { content, attributes = {}, publishTime }) {
  const messageId = randomUUID();
  const data = Buffer.from(JSON.stringify(content)).toString('base64');
  const body = JSON.stringify({ subscription: 's', message: { data, attributes, messageId, publishTime } });
  const headers = {
    'content-type': 'application/json',
    'ce-id': messageId,
    'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    'ce-source': `//pubsub.googleapis.com/${TOPIC}`,
    'ce-specversion': '1.0',
    'ce-time': publishTime,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent: false, headers }, (response) => {
      response.resume().once('end', () => {
        const { statusCode } = response;
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(`HTTP ${statusCode}`));
      });
    });
    sent.once('error', reject).end(body);
  });
}
