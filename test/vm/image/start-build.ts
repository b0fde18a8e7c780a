// The VM of a build for tests: a fake Google, and the real scripts of the kind.
import { base64, buildAttemptPrefix, imageReport, type BuildMetadata, type ImageReport } from '@mymlops/protocol';
import type { VmGoogle, VmProtocol } from '../../fakes/vm-google';
import { deployedScripts, launchVm, prepareVm, vmMetadata, type LocalVm, type ProcessOptions } from '../local-vm';

export const BUILD_SCRIPTS = deployedScripts('image');
export const BUILD = '20260102-030405-abcd';
export const BUILD_PREFIX = buildAttemptPrefix(BUILD, 1);

export type BuildGoogle = VmGoogle<ImageReport>;

const BUILD_PROTOCOL: VmProtocol<ImageReport> = { reports: imageReport, prefix: 'images/' };

export interface BuildVm extends LocalVm<ImageReport> {
  /** The newest state that the agent reported. */
  state(): ImageReport['state'];
  /** Resolves when a report has this phase. */
  untilPhase(phase: ImageReport['state']['phase']): Promise<void>;
  /** Resolves when a report has a failure, and returns it. */
  failure(): Promise<ImageReport['state']['failure']>;
  /** The log in the bucket. */
  sentLog(): string;
}

export interface BuildOptions extends ProcessOptions {
  setup?: string;
  metadata?: Partial<BuildMetadata>;
  prepare?(google: BuildGoogle): void;
}

/** Starts the VM of a build. Torn down by destroyVms. */
export async function startBuild(options: BuildOptions = {}): Promise<BuildVm> {
  const prepared = await prepareVm(BUILD_PROTOCOL);
  const { google } = prepared;
  const metadata: Partial<BuildMetadata> = {
    ...vmMetadata(google, options),
    'mymlops-build': BUILD,
    'mymlops-attempt': '1',
    'mymlops-setup-64': base64(options.setup ?? 'echo ready'),
    'mymlops-setup-seconds': options.hurried ? '20000' : '60',
    ...options.metadata,
  };
  for (const [key, value] of Object.entries(metadata)) google.attributes.set(key, value);
  options.prepare?.(google);
  const vm = launchVm(prepared, { scripts: BUILD_SCRIPTS, ...options });
  const state = (): ImageReport['state'] => vm.newest().state;
  const until = (what: string, holds: (said: ImageReport['state']) => boolean): Promise<void> =>
    google.until(
      () => `${what}\n${vm.log()}`,
      () => google.reports.some((said) => holds(said.state)),
    );
  return {
    ...vm,
    state,
    untilPhase: (phase) => until(phase, (said) => said.phase === phase),
    async failure() {
      await until('a failure', (said) => said.failure !== undefined);
      return state().failure;
    },
    sentLog: () => google.text(`${BUILD_PREFIX}log.txt`),
  };
}
