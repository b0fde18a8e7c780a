// A suite on a part that not every computer has: fails on CI where the part is missing, is left out by name elsewhere.

/** `describe`; `component` is gcloud's name for what is to be installed. */
export function describeEmulator(component: string, isHere: boolean) {
  const isRun = isHere || Boolean(process.env['CI']);
  return (name: string, suite: () => void): void => {
    if (isRun) describe(name, suite);
    else describe.skip(`${name} (left out. To install it: Java, and gcloud components install ${component})`, suite);
  };
}
