// Root may write everywhere: what another user is refused is tested as one who has no rights.

const NOBODY = 65_534;

/** `work` as a user without rights where we are root; as ourselves elsewhere. `work` must not wait for anything. */
export function asNobody(work: () => void): void {
  if (process.getuid?.() !== 0) return work();
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
