// The Firestore stand-in: the part of Google's gRPC API that mymlops uses, over documents in a journal.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createServer, type Socket } from 'node:net';
import type { FirestoreServer } from '../shared/servers';
import { listenOnLoopback, type ServiceOptions } from '../shared/service';
import { createCalls } from './calls';
import { firestoreService } from './definition';
import { startExpiry } from './expiry';
import { createHandlers } from './handlers';
import { openStore } from './store';
import { withTextCheck } from './utf8';

/** Google accepts requests of 10 MiB; gRPC's own limit is 4. */
const MAX_REQUEST_BYTES = 11 * 2 ** 20;

/** Serves any project and any database. Throws if the folder's journal cannot be read. */
export async function startFirestore(options: ServiceOptions): Promise<FirestoreServer> {
  const store = openStore(options);
  const expiry = startExpiry(store, options);
  const grpc = new Server({ 'grpc.max_receive_message_length': MAX_REQUEST_BYTES });
  const service = withTextCheck(firestoreService());
  grpc.addService(service, createHandlers(service, createCalls(store), store, options));
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  // noDelay: a small answer must not be held back.
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  const address = await listenOnLoopback(listener, options.port);
  return {
    address,
    listeners: () => store.listeners(),
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      injector.destroy();
      grpc.forceShutdown();
      for (const socket of sockets) socket.destroy(); // those without a session as well
      await closed;
      expiry.cancel();
      store.close();
    },
  };
}
