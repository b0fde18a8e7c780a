// All checks of a project before a deployment. Nothing is changed.
import type { Administration } from '../../google/administration';
import { checkApis } from './apis';
import { credentialsFinding } from './credentials';
import type { Finding } from './finding';
import { checkPolicies } from './policies';
import { checkBilling, checkExistence } from './project';
import { checkQuotas } from './quotas';
import { checkDatabase, checkRegion } from './region';
import { checkRights } from './rights';
import type { WantedDeployment } from './wanted';

export type { Finding } from './finding';
export type { WantedDeployment, WantedVm } from './wanted';

/**
 * Findings in the order in which they are to be corrected; none if all is well. May be called twice: a finding with `awaitsApi`
 * stands for a check that can be made after `enableApis`. Rejects if Google cannot be reached.
 */
export async function checkProject(administration: Administration, wanted: WantedDeployment): Promise<Finding[]> {
  const region = checkRegion(administration.project, wanted);
  try {
    return await checkAll(administration, wanted, region);
  } catch (error) {
    // A token that Google does not accept is first seen at any of the calls.
    const finding = credentialsFinding(error, administration.project);
    if (finding) return [finding, ...region];
    throw error;
  }
}

async function checkAll(
  administration: Administration,
  wanted: WantedDeployment,
  region: Finding[],
): Promise<Finding[]> {
  const caller = await administration.caller();
  const existence = await checkExistence(administration, caller);
  if (existence.some(({ severity }) => severity === 'stop')) return [...existence, ...region];
  const isRegionKnown = region.length === 0;
  const [billing, apis, rights, database, quotas, policies] = await Promise.all([
    checkBilling(administration),
    checkApis(administration, wanted, caller),
    checkRights(administration, wanted, caller),
    isRegionKnown ? checkDatabase(administration, wanted) : [],
    checkQuotas(administration, wanted),
    isRegionKnown ? checkPolicies(administration, wanted) : [],
  ]);
  return [...existence, ...billing, ...apis, ...rights, ...region, ...database, ...quotas, ...policies];
}
