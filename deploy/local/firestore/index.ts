// The Firestore stand-in: the part of Google's gRPC and REST APIs that mymlops uses, over documents in a journal.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Socket } from 'node:net';
import { createHttpServer } from '../shared/http';
import { createOnePort } from '../shared/one-port';
import { toFields } from '../shared/firestore-fields';
import type { FirestoreServer } from '../shared/servers';
import { listenOnLoopback, type ServiceOptions } from '../shared/service';
import { createCalls } from './calls';
import { firestoreService } from './definition';
import { startExpiry } from './expiry';
import { checkDatabase } from './names';
import { createHandlers } from './handlers';
import { createFirestoreRestApi } from './rest-api';
import { openFirestoreStore } from './store';
import { withTextCheck } from './utf8';

/** Google accepts requests of 10 MiB; gRPC's own limit is 4. */
const MAX_REQUEST_BYTES = 11 * 2 ** 20;

/** Serves any project and any database. Throws if the folder's journal cannot be read. */
export async function startFirestore(options: ServiceOptions): Promise<FirestoreServer> {
  const store = openFirestoreStore(options);
  const expiry = startExpiry(store, options);
  const calls = createCalls(store);
  const grpc = new Server({ 'grpc.max_receive_message_length': MAX_REQUEST_BYTES });
  const service = withTextCheck(firestoreService());
  grpc.addService(service, createHandlers(service, calls, store, options));
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const http = createHttpServer(createFirestoreRestApi(calls, options));
  const serveHttp = (socket: Socket): void => {
    http.emit('connection', socket);
    socket.resume();
  };
  const onePort = createOnePort(serveHttp, (socket) => injector.injectConnection(socket));
  const address = await listenOnLoopback(onePort.server, options.port);
  return {
    address,
    setDocument(name, value) {
      const database = name.slice(0, name.indexOf('/documents/'));
      store.commit(checkDatabase(database), [{ update: { name, fields: toFields(value) } }]);
    },
    listeners: () => store.listeners(),
    async close() {
      injector.destroy();
      grpc.forceShutdown();
      await onePort.close();
      expiry.cancel();
      store.close();
    },
  };
}
