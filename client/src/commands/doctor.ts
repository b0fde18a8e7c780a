// `doctor`: prints what was compared and which problems were found, as the sweep function computed them.
import { counted } from '@mymlops/protocol';
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { EXIT } from '../core/exit-codes';
import { requestPlan } from '../deployment/sweeps';
import { printable } from '../view/printable';

export interface DoctorOptions {
  json?: boolean;
  /** Name of the file to write. */
  bundle?: string;
}

/** Returns EXIT.error if there is a problem; with `bundle`, EXIT.done if the file is written. */
export async function doctor(context: Context, { json, bundle }: DoctorOptions): Promise<number> {
  if (bundle !== undefined) {
    const [{ doctorBundle }, { bundleTarget }] = await Promise.all([
      import('../doctor/doctor-bundle'),
      import('../doctor/bundle-target'),
    ]);
    return doctorBundle(context, { ...bundleTarget(context), file: bundle, json });
  }
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const { findings, proof, at } = await requestPlan(deployment, context.interrupted);
    const isClean = findings.length === 0;
    if (json) showJson(context, { at, clean: isClean, proof, findings });
    else {
      const found = findings.map(({ subject, problem, remedy }) => `${subject} ${problem}.\n  ${remedy}`);
      const verdict = isClean ? 'no problems found' : `${counted(findings.length, 'problem')} found`;
      context.print([...proof, ...found.map(printableLines), verdict].map((line) => `${line}\n`).join(''));
    }
    return isClean ? EXIT.done : EXIT.error;
  });
}

/** Names of VMs come from the cloud, causes from messages: neither is our text. */
const printableLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
