// The environment of the functions' process: on Google, Terraform sets these variables.
import { accountEmail, type BucketNames, LOCAL_PROJECT, namesOf } from '@mymlops/protocol';

export interface FunctionsSettings {
  deployment: string;
  heartbeatSeconds: number;
  progressSeconds: number;
  graceSeconds: number;
  buckets: BucketNames;
  /** The file with the endpoints and the functions' own tokens. */
  endpointsFile: string;
}

const INHERITED = ['PATH', 'HOME', 'TMPDIR'];

/** Nothing else of the user's: FIRESTORE_EMULATOR_HOST, for one, would send the functions' writes elsewhere. */
export function functionsEnvironment(settings: FunctionsSettings, env: NodeJS.ProcessEnv): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    MYMLOPS_PROJECT: LOCAL_PROJECT,
    MYMLOPS_DEPLOYMENT: settings.deployment,
    MYMLOPS_ENDPOINTS: settings.endpointsFile,
    MYMLOPS_RESULTS_BUCKET: settings.buckets.results,
    MYMLOPS_LIVE_BUCKET: settings.buckets.live,
    MYMLOPS_PRELOAD: '1',
    MYMLOPS_HEARTBEAT_SECONDS: String(settings.heartbeatSeconds),
    MYMLOPS_PROGRESS_SECONDS: String(settings.progressSeconds),
    MYMLOPS_GRACE_SECONDS: String(settings.graceSeconds),
    // This widens no rights: here a VM is a process of the user's, and image and account are only names.
    MYMLOPS_ALLOWED_IMAGE_PROJECTS: '*',
    MYMLOPS_VM_SERVICE_ACCOUNT: accountEmail('vm', namesOf(LOCAL_PROJECT, settings.deployment)),
    MYMLOPS_ALLOWED_SERVICE_ACCOUNTS: '*',
    METADATA_SERVER_DETECTION: 'none',
  };
}
