// The metadata of a VM that builds an image. Pure.
import { base64, type BuildMetadata, type BuildRequest, type VmRecord } from '@mymlops/protocol';
import type { Settings } from '../settings';
import { vmMetadata } from '../vm/metadata';

/** Every value that the VM's scripts read. */
export const buildMetadata = (
  request: BuildRequest,
  number: number,
  vm: VmRecord,
  settings: Settings,
): BuildMetadata => ({
  ...vmMetadata(vm, settings),
  'mymlops-build': request.build,
  'mymlops-attempt': String(number),
  'mymlops-setup-64': base64(request.setup),
  'mymlops-setup-seconds': String(request.maxBuildSeconds),
  ...(request.secrets && { 'mymlops-setup-secrets': request.secrets.join(':') }),
});
