// Control plane to VM: the key `mymlops-control` of the VM's metadata, which the agent long-polls. Lines of `name=value`, so
// that a shell script can read it.

export const CONTROL_KEY = 'mymlops-control';

export interface Control {
  /** The run's end status: the agent may now push, with the files that lie under the attempt's publish/ prefix. */
  result?: string;
  /** To an instance: when this was written (ISO 8601); another value is another word of the control plane. */
  told?: string;
  /** Seconds from then on until its soft stop, and until which nothing but its user stops it. */
  stopIn?: string;
  extendedFor?: string;
  /** Number of the proposal to stop because nobody works. */
  proposal?: string;
}

export function formatControl(control: Control): string {
  return Object.entries(control)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
