// Checks: the region has all services, and the name of the database is not taken in another place.
import { namesOf } from '@mymlops/protocol';
import type { Administration } from '../../google/administration';
import { nearestKey } from '../../core/nearest-key';
import { REGIONS } from '../regions';
import { type Finding, stop, warning } from './finding';
import { unchecked } from './unchecked';
import type { WantedDeployment } from './wanted';

const ABOUT = 'region';
const SAY_WHERE =
  'Say where: --region europe-west4, for example. It cannot be changed later; VMs may be in every region.';
const NATIVE = 'FIRESTORE_NATIVE';
const ANOTHER = 'another `deployment` in mymlops.yml.';

export function checkRegion(project: string, { region }: Pick<WantedDeployment, 'region'>): Finding[] {
  if (REGIONS.includes(region)) return [];
  if (region === '') return [stop(ABOUT, SAY_WHERE)];
  const command = (right: string): string => `mymlops-client deploy --project ${project} --region ${right}`;
  const [, ofZone] = /^(.+)-[a-z]$/.exec(region) ?? [];
  if (ofZone !== undefined && REGIONS.includes(ofZone)) {
    return [stop(ABOUT, `${region} is a zone. A deployment is in a region, such as ${ofZone}.`, command(ofZone))];
  }
  const lacks = `Region ${region} does not exist, or lacks Firestore, Cloud Run functions, Cloud Scheduler or Artifact Registry.`;
  const near = nearestKey(region, REGIONS);
  return near === undefined
    ? [stop(ABOUT, `${lacks} Choose one of: ${REGIONS.join(', ')}.`, command('REGION'))]
    : [stop(ABOUT, `${lacks} Is it ${near}?`, command(near))];
}

export async function checkDatabase(
  { project, databases }: Administration,
  { deployment, region, isNew }: WantedDeployment,
): Promise<Finding[]> {
  const { database } = namesOf(project, deployment);
  const answer = await databases.get(database);
  if (answer.refusal) {
    const permission = 'datastore.databases.getMetadata';
    return [unchecked('database', `Whether there is a database ${database}`, answer.refusal, { project, permission })];
  }
  const found = answer.value;
  if (found === undefined) return [];
  if (found.type !== '' && found.type !== NATIVE) {
    return [stop('database', `The name ${database} is taken by a database in Datastore mode. Set ${ANOTHER}`)];
  }
  if (found.location !== region) {
    const sentence = `The database ${database} is in ${found.location}, and cannot move to ${region}.`;
    return REGIONS.includes(found.location)
      ? [
          stop(
            'database',
            `${sentence} Make the deployment there, or set ${ANOTHER}`,
            `mymlops-client deploy --project ${project} --region ${found.location}`,
          ),
        ]
      : [stop('database', `${sentence} Set ${ANOTHER}`)];
  }
  return isNew
    ? [
        warning(
          'database',
          `The database ${database} exists: an earlier deployment of this name left its history there.`,
        ),
      ]
    : [];
}
