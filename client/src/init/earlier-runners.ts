// Scripts that earlier clients wrote, recognized by their content. A script that the user has changed is left alone.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** SHA-256 of the texts that set parameters with papermill only, and of those that lose what nbconvert had executed. */
const EARLIER = new Set([
  'b7bc7eb6c695539a1385751f18888f62ca34ff969ba5f74b1714a05e1a893323',
  'bcd632e749d76190bcd471c5ae31e5f64719af1aa82b20ba2212fa4115bac15c',
  'cc61436cb806e7b064dd731ea1769fb47c223d0e9c67477462b3df642f3e15cc',
  '08ddda4de30f07055b50aaa0df55ec611a0268b26398a522f42f7ad57dd6a935',
  '2685755376424875e048c27ddb8d1b7a269f26c358896c202dbe67d3463122b2',
  '6a8c4a52191b8cb48d8dad9abda16b1f29aa71e338cbf6ced956c7493200239e',
  'ac14c22c00997d826395e224151dfc35bbe67b8769937f72058fd6185731184a',
  '904f3a1f021ccee7ba064356321b30ea34a83147cce4bce32191e29983c47373',
  'a2ee8a9949b8d53ec568521825f5669fdb4ea74084941e30afe3842957bc6c27',
  'dde58acbcf6c73f604fe533f752857817ed0c2469a52f7476cf2f5cbe67ac662',
]);

/** False if the file cannot be read. */
export function isOfEarlierClient(file: string): boolean {
  try {
    return EARLIER.has(createHash('sha256').update(readFileSync(file)).digest('hex'));
  } catch {
    return false;
  }
}
