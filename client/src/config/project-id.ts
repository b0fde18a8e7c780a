// What can be the project that runs go to.
import { LOCAL_PROJECT } from '@mymlops/protocol';

/** With the domain that old organisations' ids begin with. */
const PROJECT_ID = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

export const isProjectId = (text: string): boolean => text === LOCAL_PROJECT || PROJECT_ID.test(text);
