// All answers, by the part of the way to the output repository that fails.
import type { GitAnswer } from './answer';
import { CONNECTION_ANSWERS } from './connection';
import { HOST_ANSWERS } from './hosts';
import { REPOSITORY_ANSWERS } from './repository';

export const GIT_ANSWERS: Record<string, GitAnswer> = {
  ...REPOSITORY_ANSWERS,
  ...HOST_ANSWERS,
  ...CONNECTION_ANSWERS,
};
