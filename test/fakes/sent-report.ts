// A report as the agent sends it: free text in base64.
import type { report } from '@mymlops/protocol';
import type * as z from 'zod/mini';

export type SentReport = z.input<typeof report>;
