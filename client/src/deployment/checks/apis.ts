// Check: which APIs are off.
import type { Administration, Caller } from '../../google/administration';
import { APIS } from '../apis';
import { grantCommand } from '../caller';
import { enableCommand, explainRefusal } from '../project-refusals';
import { type Finding, stop, warning } from './finding';
import type { WantedDeployment } from './wanted';

const ABOUT = 'APIs';

export async function checkApis(
  { project, services }: Administration,
  { variables }: WantedDeployment,
  caller: Caller,
): Promise<Finding[]> {
  const answer = await services.listEnabled();
  if (answer.refusal) {
    const { refusal } = answer;
    const explained = explainRefusal(refusal, project, caller);
    if (explained) return [stop(ABOUT, explained.sentence, explained.remedy)];
    const permission = refusal.permission ?? 'serviceusage.services.list';
    return [
      refusal.status === 403
        ? stop(
            ABOUT,
            `You may not see which APIs are on in project ${project}: you lack the permission ${permission}.`,
            grantCommand(project, caller, 'roles/serviceusage.serviceUsageAdmin'),
          )
        : stop(ABOUT, `The APIs of project ${project} could not be listed: ${refusal.message}`),
    ];
  }
  const enabled = answer.value;
  const missing = APIS.filter((api) => !enabled.includes(api));
  if (missing.length === 0) return [];
  const sentence = `${missing.length === 1 ? 'This API is' : 'These APIs are'} off in project ${project}: ${missing.join(', ')}.`;
  const remedy = enableCommand(missing, project);
  return variables['enable_apis'] === false
    ? [stop(ABOUT, `${sentence} The variable enable_apis is false, so that \`deploy\` enables none.`, remedy)]
    : [warning(ABOUT, `${sentence} \`deploy\` enables ${missing.length === 1 ? 'it' : 'them'}.`, remedy)];
}
