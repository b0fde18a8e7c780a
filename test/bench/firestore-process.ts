// The local Firestore in a process of its own. It tells its address; to whoever asks, what it was called and gave; and it
// fills itself with copies of a document, straight into its store.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createServer } from 'node:net';
import { namesOf } from '@mymlops/protocol';
import { systemClock } from '../../deploy/local/shared/clock';
import { createCalls, type Calls } from '../../deploy/local/firestore/calls';
import { firestoreService } from '../../deploy/local/firestore/definition';
import type { Documents } from '../../deploy/local/firestore/documents';
import { createHandlers } from '../../deploy/local/firestore/handlers';
import { parseDocumentName } from '../../deploy/local/firestore/names';
import { openFirestoreStore } from '../../deploy/local/firestore/store';
import { createAuth } from '../../deploy/local/shared/auth';
import { createRights } from '../../deploy/local/shared/rights';
import { listenOnLoopback } from '../../deploy/local/shared/service';
import { copyOf } from './copy-of';
import { BUCKETS } from '../fakes/buckets';

/** `counts`: calls, and documents in their answers. `copy`: the document of that path is replaced by copies of it. */
type Asked = 'counts' | { copy: string; replacements: Record<string, string>[] };

const [, , folder = '', token = ''] = process.argv;
const auth = createAuth(token);
const counts = { calls: 0, documents: 0 };
const environment = { folder, port: 0, clock: systemClock, log: () => undefined };
const store = openFirestoreStore(environment);
const service = firestoreService();
const handlers = createHandlers(service, counted(createCalls(store)), store, {
  ...environment,
  auth,
  rights: createRights({ ...namesOf('local', 'mymlops'), buckets: BUCKETS }),
});
const grpc = new Server({ 'grpc.max_receive_message_length': 11 * 2 ** 20 });
grpc.addService(service, handlers);
const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
const listener = createServer({ noDelay: true }, (socket) => injector.injectConnection(socket));

process.on('message', (asked: Asked) => {
  if (asked === 'counts') process.send?.({ ...counts });
  else process.send?.({ copies: copy(asked) });
});
process.on('disconnect', () => process.exit());
void listenOnLoopback(listener, 0).then((address) => process.send?.({ address }));

/** Every answer that carries a document is one that Google bills a read for. */
function counted({ unary, streaming }: Calls): Calls {
  const withCount = <T extends object>(
    calls: Partial<Record<string, (request: never) => T>>,
    count: (answer: T) => T,
  ) =>
    Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        (request: never) => {
          counts.calls++;
          return count(call?.(request) as T);
        },
      ]),
    );
  return {
    unary: withCount(unary, (answer) => answer),
    streaming: withCount(streaming, function* (answers: Iterable<object>): Iterable<object> {
      for (const answer of answers) {
        if ('document' in answer || 'found' in answer) counts.documents++;
        yield answer;
      }
    }),
  };
}

/** Past the commits, which look twice at every value: all of them are what our own functions wrote. */
function copy({ copy: path, replacements }: Exclude<Asked, string>): number {
  const original = [...store.documents.all()].find(({ name }) => name.path === path);
  if (!original) throw new Error(`there is no document ${path}`);
  const { full, database } = original.name;
  const documents = store.documents as Documents;
  for (const replacement of replacements) {
    const { name, fields } = copyOf({ name: full, fields: original.fields }, replacement);
    documents.put({ ...original, fields, name: parseDocumentName(name) });
  }
  store.commit(database, [{ delete: full }]);
  return replacements.length;
}
