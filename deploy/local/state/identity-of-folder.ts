// Tells a state folder from its copies, which hold the same records.
import { statSync } from 'node:fs';
import { folderIdentity } from '@mymlops/protocol';

export const identityOfFolder = (folder: string): string => folderIdentity(statSync(folder, { bigint: true }));
