// `ps`: lists runs.
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { showRunsJson } from '../view/run-json';
import { RUN_COLUMNS, runRow } from '../view/ps-columns';
import { table } from '../view/table';

export interface PsOptions {
  limit: number;
  all?: boolean;
  json?: boolean;
}

export function ps(context: Context, options: PsOptions): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const found = await (await deployment.runs()).list(options.all ? undefined : options.limit);
    if (options.json) {
      showRunsJson(context, found);
      return EXIT.done;
    }
    if (found.length === 0) context.notice('There are no runs yet. Start one with: mymlops-client commit NOTEBOOK');
    else {
      const now = new Date();
      context.print(
        table(
          RUN_COLUMNS,
          found.map(({ run, document }) => runRow(run, document, now)),
        ),
      );
    }
    return EXIT.done;
  });
}
