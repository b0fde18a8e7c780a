// How many instances of the deployment may be on at the same time: a limit of their own, so that no run waits for them.

export const INSTANCE_POOL = 'instances';
