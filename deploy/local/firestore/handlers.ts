// The calls as gRPC sees them: first auth, then the call; errors become statuses, and an unexpected one is logged.
import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { isRefusal, type Caller } from '../shared/auth';
import type { ServiceOptions } from '../shared/service';
import type { Calls } from './calls';
import { openListenStream } from './listen';
import type { ListenRequest } from './messages';
import { checkRights, type Method } from './permissions';
import { StatusError, unimplemented } from './status';
import type { FirestoreStore } from './store';

type Environment = Pick<ServiceOptions, 'auth' | 'rights' | 'clock' | 'log'>;
type AnyCall =
  ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;

/** A handler for every method of the service. Methods that `calls` lacks answer UNIMPLEMENTED with their name. */
export function createHandlers(
  service: ServiceDefinition,
  calls: Calls,
  store: FirestoreStore,
  environment: Environment,
): UntypedServiceImplementation {
  const unary = (name: string): handleUnaryCall<unknown, unknown> => {
    const answer = calls.unary[name as Method];
    return (call, callback) => {
      const failed = (error: StatusError): void => callback(error);
      attempt(name, call, failed, (caller) => {
        if (!answer) throw unimplemented(name);
        check(caller, name as Method, call.request);
        callback(null, answer(call.request as never));
      });
    };
  };

  const streaming = (name: string): handleServerStreamingCall<unknown, unknown> => {
    const answers = calls.streaming[name as Method];
    return (call) =>
      attempt(name, call, endWith(call), (caller) => {
        if (!answers) throw unimplemented(name);
        check(caller, name as Method, call.request);
        for (const answer of answers(call.request as never)) call.write(answer);
        call.end();
      });
  };

  const duplex = (name: string): handleBidiStreamingCall<unknown, unknown> => {
    const open = name === 'Listen' ? serveListen : refuseByName(name);
    return (call) => attempt(name, call, endWith(call), () => open(call));
  };

  function serveListen(call: ServerDuplexStream<unknown, unknown>): void {
    const failed = (error: StatusError): void => {
      stream.close();
      endWith(call)(error);
    };
    const stream = openListenStream({
      store,
      clock: environment.clock,
      send: (response) => call.write(response),
      refused: (error) => logFailure('Listen', error),
      isolate: (act) => isolate('Listen', failed, act),
    });
    call.on('data', (request: ListenRequest) =>
      attempt('Listen', call, failed, (caller) => stream.receive(request, () => check(caller, 'Listen', request))),
    );
    call.on('end', () => {
      stream.close();
      call.end();
    });
    for (const ending of ['cancelled', 'close', 'error']) call.on(ending, () => stream.close());
  }

  /** Runs `act` if the caller is known; passes an error to `failed`, as a status. */
  function attempt(
    name: string,
    call: AnyCall,
    failed: (error: StatusError) => void,
    act: (caller: Caller) => void,
  ): void {
    isolate(name, failed, () => act(callerOf(call)));
  }

  function check(caller: Caller, name: Method, request: unknown): void {
    checkRights(environment, caller, name, request as object);
  }

  function isolate(name: string, failed: (error: StatusError) => void, act: () => void): void {
    try {
      act();
    } catch (error) {
      const known = error instanceof StatusError ? error : new StatusError(status.INTERNAL, String(error));
      logFailure(name, known);
      failed(known);
    }
  }

  function callerOf(call: AnyCall): Caller {
    const headers = { ...call.metadata.getMap(), ':authority': call.getHost() };
    const caller = environment.auth.callerOf(Object.fromEntries(Object.entries(headers).map(textHeader)));
    if (!isRefusal(caller)) return caller;
    environment.log('WARNING', 'call refused', { cause: caller.message });
    const code = caller.status === 401 ? status.UNAUTHENTICATED : status.PERMISSION_DENIED;
    throw new StatusError(code, caller.message);
  }

  function logFailure(name: string, { code, message }: StatusError): void {
    const fields = { call: name, cause: message };
    if (code === status.UNIMPLEMENTED) environment.log('ERROR', 'call not supported', fields);
    else if (code === status.INTERNAL) environment.log('ERROR', 'call failed', fields);
  }

  const handlers = Object.entries(service).map(([name, { requestStream, responseStream }]) => {
    const handler = requestStream ? duplex(name) : responseStream ? streaming(name) : unary(name);
    return [name, handler];
  });
  return Object.fromEntries(handlers) as UntypedServiceImplementation;
}

const refuseByName = (name: string) => (): never => {
  throw unimplemented(name);
};

const textHeader = ([name, value]: [string, string | Buffer]): [string, string] => [name, String(value)];

/** grpc-js ends a streaming call with the status of the error that the call emits. */
const endWith =
  (call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>) =>
  (error: StatusError): void => {
    call.emit('error', error);
  };
