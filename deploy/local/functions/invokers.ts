// Who may call the functions: on Google, Cloud Run asks that of each call's identity token.
import { FUNCTIONS, serviceName, type FunctionName, type Names } from '@mymlops/protocol';
import type { Rights } from '../shared/rights';

/** The first line on stdin of functions-host.ts, as JSON. */
export interface Invokers {
  /** Pub/Sub's, when it pushes. */
  token: string;
  /** The functions that it may call. */
  functions: readonly FunctionName[];
}

const INVOKE = ['run.routes.invoke'];

export const invokersOf = ({ project, functions }: Names, token: string, rights: Rights): Invokers => ({
  token,
  functions: FUNCTIONS.filter((name) => {
    const need = { permissions: INVOKE, on: serviceName(project, functions[name]) };
    return rights.lacking({ identity: 'push' }, need) === undefined;
  }),
});
