// The lock of Terraform's state: one apply at a time. A killed one leaves it.
import type { TerraformError } from './run-terraform';

export interface StateLock {
  /** With which it is taken away. */
  id: string;
  /** Such as ada@laptop. */
  who: string;
  /** Such as apply. */
  operation: string;
  /** In milliseconds since 1970; undefined if Terraform did not tell. */
  sinceMs?: number;
}

/** As Terraform prints it; the field names are those of its statemgr.LockInfo. Undefined for another error. */
export function lockIn({ summary, detail }: TerraformError): StateLock | undefined {
  if (!/Error (acquiring|locking) (the )?state( lock)?/i.test(summary)) return undefined;
  const field = (name: string): string => new RegExp(`^\\s*${name}:\\s*(\\S.*?)\\s*$`, 'm').exec(detail)?.[1] ?? '';
  const id = field('ID');
  if (id === '') return undefined;
  // 2026-12-01 10:00:00.123456789 +0000 UTC, as Go prints it.
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(field('Created')) ?? [];
  const since = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  const operation = field('Operation')
    .replace(/^OperationType/, '')
    .toLowerCase();
  return { id, who: field('Who'), operation, ...(!Number.isNaN(since) && { sinceMs: since }) };
}

export function describeLock({ who, operation, sinceMs }: StateLock, nowMs: number): string {
  const minutes = sinceMs === undefined ? undefined : Math.max(0, Math.round((nowMs - sinceMs) / 60_000));
  const since = minutes === undefined ? '' : `, since ${minutes < 1 ? 'less than a minute' : `${minutes} min`}`;
  return `Terraform's state is locked by ${who || 'somebody'} (${operation || 'unknown work'}${since}).`;
}
