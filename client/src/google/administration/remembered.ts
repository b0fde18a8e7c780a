// Answers that hold while a `deploy` runs, so that Google is called once for each.
import type { Answer, Projects, Services } from './port';

/** Calls once. Neither a refusal nor a failure is kept: the next caller calls again. */
function once<T>(read: () => Promise<Answer<T>>): { (): Promise<Answer<T>>; forget(): void } {
  let known: Promise<Answer<T>> | undefined;
  const reading = async (): Promise<Answer<T>> => {
    const asked = (known ??= read());
    const forgetIt = (): void => void (known === asked && (known = undefined));
    try {
      const answer = await asked;
      if (answer.refusal) forgetIt();
      return answer;
    } catch (error) {
      forgetIt();
      throw error;
    }
  };
  return Object.assign(reading, { forget: () => void (known = undefined) });
}

/** The number of a project never changes. */
export const projectOnce = (projects: Projects): Projects => ({ ...projects, get: once(() => projects.get()) });

/** After APIs were enabled, the list is read again. */
export function servicesOnce(services: Services): Services {
  const listEnabled = once(() => services.listEnabled());
  return {
    ...services,
    listEnabled,
    enable(names) {
      listEnabled.forget();
      return services.enable(names).finally(() => listEnabled.forget());
    },
    poll: (operation) => services.poll(operation).finally(() => listEnabled.forget()),
  };
}
