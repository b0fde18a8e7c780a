// A slot whose holder is not live any more.
import type { FreeSlotRequest } from '@mymlops/protocol';
import { freeSlots } from '../effects/slots';
import { kindNamed, type ControlContext } from './kind';

/** A live document gives its slots back by itself. May be called any number of times. */
export async function freeSlot({ kind: name, id }: FreeSlotRequest, context: ControlContext): Promise<void> {
  const kind = kindNamed(name, context.kinds);
  if (!kind) return;
  const stored = await context.documents(kind.documents).load(id);
  if (stored && !kind.isSettled(stored.state)) return;
  await freeSlots({ kind: name, id }, context);
}
