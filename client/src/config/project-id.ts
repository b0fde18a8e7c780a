// Valid values for the project of a run.
import { LOCAL_PROJECT } from '@mymlops/protocol';

/** May begin with a domain, as the ids of old organisations do. */
const PROJECT_ID = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

export const isProjectId = (text: string): boolean => text === LOCAL_PROJECT || PROJECT_ID.test(text);
