// What mymlops.yml may say. Every file of the predecessor is valid; `start` and `dashboard` are checked and not used yet.
import { DEFAULT_DEPLOYMENT, isDeployment, isRegex, repositoryUrl } from '@mymlops/protocol';
import { z } from 'zod';
import { parseDuration } from './duration';

/** The predecessor's. */
const DEFAULT_BRANCH = 'master';

const text = z.string().min(1);

const duration = z.union([z.string(), z.number()]).transform((value, check) => {
  const seconds = parseDuration(value);
  if (seconds !== null && seconds > 0) return seconds;
  check.addIssue({ code: 'custom', message: 'not a duration: write 90, 30s, 15m, 2h or 1d' });
  return z.NEVER;
});

const regex = text.refine(isRegex, 'not a regular expression');

const instance = z.strictObject({
  zone_regex: regex.optional(),
  machine_type: text.optional(),
  provisioning: z.enum(['spot', 'standard']).optional(),
  snapshot: text.optional(),
  accelerator: text.optional(),
});

const repository = z.strictObject({
  url: repositoryUrl,
  deploy_key: text.optional(),
  branch: text.default(DEFAULT_BRANCH),
});

const outputRepository = z.strictObject({
  ...repository.shape,
  author: z.strictObject({ name: text, email: text }).optional(),
});

const commit = z.strictObject({
  command: text,
  setup: text.optional(),
  instance: instance.optional(),
  repository: repository.optional(),
  output_repository: outputRepository.optional(),
  max_run: duration.optional(),
  artifacts: z.boolean().optional(),
});

const start = z.strictObject({
  command: text.optional(),
  instance: instance.optional(),
  repository: repository.optional(),
});

const port = z.number().int().min(1).max(65535);
const webAddress = z.url({ protocol: /^https?$/ });
const dashboard = z.strictObject({
  links: z.union([
    z.record(z.string(), webAddress),
    z.array(z.union([webAddress, z.strictObject({ name: text, url: webAddress })])),
  ]),
  tunnel: z.strictObject({ local_port_min: port, remote_ports: z.array(port).min(1) }),
});

export const configSchema = z.strictObject({
  project: text.optional(),
  deployment: z
    .string()
    .refine(isDeployment, 'a deployment name has at most 20 of a-z, 0-9 and -, and begins with a letter')
    .default(DEFAULT_DEPLOYMENT),
  commit: commit.optional(),
  start: start.optional(),
  dashboard: dashboard.optional(),
});

export type Config = z.infer<typeof configSchema>;
export type CommitConfig = z.infer<typeof commit>;

/** The keys that are valid in the object at `path`; none where the schema has no closed object there. */
export function validKeysAt(path: readonly PropertyKey[]): string[] {
  let schema: z.core.$ZodType = configSchema;
  for (const part of path) {
    schema = unwrapped(schema);
    if (schema instanceof z.ZodObject) {
      const next = (schema.shape as Record<string, z.core.$ZodType>)[String(part)];
      if (!next) return [];
      schema = next;
    } else return [];
  }
  schema = unwrapped(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema;
}
