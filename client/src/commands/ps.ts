// `ps`: lists instances, then runs.
import { openDeployment, targetFromHere } from '../deployment/connect';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { whileEmulatorsAnswer } from '../local/emulators';
import { forgottenLines, INSTANCE_COLUMNS, instanceRow, signalsOfAll } from '../view/instance-columns';
import { showRunsJson } from '../view/run-json';
import { RUN_COLUMNS, runRow } from '../view/ps-columns';
import { table } from '../view/table';

export interface PsOptions {
  /** How many runs. */
  limit: number;
  all?: boolean;
  /** With the signals of instances. */
  verbose?: boolean;
  json?: boolean;
}

export async function ps(
  context: Context,
  options: PsOptions,
  open: typeof openDeployment = openDeployment,
): Promise<number> {
  const deployment = await open(context, targetFromHere(context));
  try {
    const listing = Promise.all([
      deployment.runs().then((runs) => runs.list(options.all ? undefined : options.limit)),
      deployment.instances().then((instances) => instances.list()),
    ]);
    const [runs, instances] = await whileEmulatorsAnswer(deployment.connection.endpoints, listing);
    if (options.json) {
      const others = instances.map(({ id, document }) => ({ instance: id, ...document }));
      showRunsJson(context, runs, others);
      return EXIT.done;
    }
    const now = new Date();
    if (instances.length > 0) {
      const rows = instances.map((instance) => instanceRow(instance, now));
      context.print(table(INSTANCE_COLUMNS, rows));
      if (options.verbose)
        context.print(
          signalsOfAll(instances)
            .map((line) => `${line}\n`)
            .join(''),
        );
      for (const line of forgottenLines(instances, now)) context.notice(line);
    }
    if (runs.length > 0) {
      if (instances.length > 0) context.print('\n');
      const rows = runs.map(({ run, document }) => runRow(run, document, now));
      context.print(table(RUN_COLUMNS, rows));
    } else if (instances.length === 0) {
      context.notice('There are no runs yet. Start one with: mymlops-client commit NOTEBOOK');
    }
    return EXIT.done;
  } finally {
    await deployment.close();
  }
}
