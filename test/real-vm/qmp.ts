// QEMU's own protocol: one JSON message a line. https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** Sends commands to the QEMU that listens on `socket`, one after the other; returns their answers. Throws QEMU's error. */
export async function qmp(socket: string, ...commands: { execute: string; arguments?: object }[]): Promise<unknown[]> {
  const connection = connect(socket);
  connection.on('error', () => undefined); // `once` below throws it
  await once(connection, 'connect');
  try {
    const lines = createInterface({ input: connection })[Symbol.asyncIterator]();
    const answer = async (): Promise<unknown> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('QEMU ended');
        const message = JSON.parse(value) as { QMP?: object; return?: unknown; error?: { desc: string } };
        if (message.error) throw new Error(message.error.desc);
        if (message.QMP !== undefined || message.return !== undefined) return message.return;
      }
    };
    await answer();
    const answers: unknown[] = [];
    for (const command of [{ execute: 'qmp_capabilities' }, ...commands]) {
      connection.write(`${JSON.stringify(command)}\n`);
      answers.push(await answer());
    }
    return answers.slice(1);
  } finally {
    connection.destroy();
  }
}
