// Messages on the topic of the sweep function. Each question is answered in the document `sweeps/answer-{id}`.
import * as z from 'zod/mini';
import { commitRequest } from './run-requests';

const name = z.string().check(z.maxLength(200));
const id = z.string().check(z.maxLength(200), z.regex(/^[a-z0-9-]+$/));

/** `tick`: sweep. Its sender reads the report in `sweeps/answer-{id}`. The scheduler sends ticks without an id. */
export const tickMessage = z.strictObject({ v: z.literal(1), type: z.literal('tick'), id: z.optional(id) });

/** `plan`: compute the same as a sweep, change and ask nothing, and write it to `sweeps/answer-{id}`. */
export const planMessage = z.strictObject({ v: z.literal(1), type: z.literal('plan'), id });

/** `gpus`: which accelerators Compute Engine has, and where. The answer: GpuOffers. */
export const gpusMessage = z.strictObject({ v: z.literal(1), type: z.literal('gpus'), id });

/** So many runs are checked at once: one for each profile, and one without. */
export const MAX_CHECKED_RUNS = 50;

/** A commit that is not sent. */
const wantedRun = z.strictObject({
  /** For the answer: the profile, or `commit`. */
  name,
  /** Without the parts that can be long: setup, variables, parameters, notes. */
  request: commitRequest,
});
export type WantedRun = z.infer<typeof wantedRun>;

/** `check`: whether the deployment would run these, and Compute Engine has what their VMs need. The answer: DeploymentCheck. */
export const checkMessage = z.strictObject({
  v: z.literal(1),
  type: z.literal('check'),
  id,
  runs: z.array(wantedRun).check(z.minLength(1), z.maxLength(MAX_CHECKED_RUNS)),
});
export type CheckMessage = z.infer<typeof checkMessage>;

/** So many images are looked at with one question. */
export const MAX_ASKED_IMAGES = 100;

/** `images`: which of these images of the project do not exist. The answer: ImagesLook. */
export const imagesMessage = z.strictObject({
  v: z.literal(1),
  type: z.literal('images'),
  id,
  images: z
    .array(z.string().check(z.regex(/^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/)))
    .check(z.minLength(1), z.maxLength(MAX_ASKED_IMAGES)),
});

export type SweepMessage =
  | z.infer<typeof tickMessage>
  | z.infer<typeof planMessage>
  | z.infer<typeof gpusMessage>
  | CheckMessage
  | z.infer<typeof imagesMessage>;

/** The first version of the functions that answers `gpus`, `check` and `images`. An earlier one takes them for a tick, and answers nothing. */
export const ANSWERS_QUESTIONS_SINCE = '0.2.0';
