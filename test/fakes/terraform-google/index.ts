// A stand-in for Terraform's google provider, in the test's own process: Terraform connects to it, installs nothing, and all that
// it makes is in memory.
import { join } from 'node:path';
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { startLittleGoogle, type LittleGoogle } from './little-google';
import { diagnosticOf, providerCalls } from './provider';

export type { Failure, LittleGoogle } from './little-google';
export type { Values } from './values';

export interface TerraformGoogle {
  google: LittleGoogle;
  /** For each process of Terraform that is to use it. */
  environment: { TF_REATTACH_PROVIDERS: string };
  close(): void;
}

export interface Options {
  /** Projects that exist; all have the number 123456789012. */
  projects?: string[];
  /** APIs that are enabled at the start; undefined: all. A set is shared: whoever else has it enables them here, too. */
  apis?: readonly string[] | Set<string>;
}

const OPTIONS = { keepCase: true, longs: Number, enums: Number, defaults: true, oneofs: true };

export async function startTerraformGoogle({
  projects = ['my-project'],
  apis,
}: Options = {}): Promise<TerraformGoogle> {
  const google = startLittleGoogle({ projects, apis: apis && (apis instanceof Set ? apis : new Set(apis)) });
  const server = new Server();
  const definition = loadSync(join(__dirname, 'tfplugin5.proto'), OPTIONS);
  const service = definition['tfplugin5.Provider'] as Parameters<Server['addService']>[0];
  const calls = Object.entries(providerCalls(google, projects)).map(([name, answer]) => [
    name,
    ({ request }: ServerUnaryCall<never, object>, done: sendUnaryData<object>) => {
      try {
        done(null, answer(request));
      } catch (error) {
        done(null, diagnosticOf(error));
      }
    },
  ]);
  server.addService(service, Object.fromEntries(calls) as Parameters<Server['addService']>[1]);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const address = { Network: 'tcp', String: `127.0.0.1:${port}` };
  const reattach = { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: address };
  return {
    google,
    environment: { TF_REATTACH_PROVIDERS: JSON.stringify({ 'registry.terraform.io/hashicorp/google': reattach }) },
    close: () => server.forceShutdown(),
  };
}
