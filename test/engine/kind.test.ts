// Each line that is marked must not compile: `npm run types` fails where one of them does.
import type { RunState } from '@mymlops/protocol';
import type { ActingKind } from '../../functions/src/control/kind';
import type { Action } from '../../functions/src/engine/action';
import type { Kind } from '../../functions/src/engine/kind';
import type { RunEffectName } from '../../functions/src/engine/run/action';
import { decide } from '../../functions/src/engine/run/decide';
import { RUN_EFFECTS } from '../../functions/src/effects/run/effects';

type Runs = Kind<RunState, RunEffectName>;

test('a misspelt effect compiled, and threw each minute', () => {
  const own: Action<RunEffectName> = { effect: 'place', vm: 1 };
  const shared: Action<RunEffectName> = { effect: 'insert', vm: 1 };
  // @ts-expect-error no effect of runs, and none that all kinds have
  const misspelt: Action<RunEffectName> = { effect: 'plcae', vm: 1 };
  // @ts-expect-error the same, as a decision of the kind
  const decides: Runs['decide'] = () => ({ effect: 'insrt', vm: 1 });
  // @ts-expect-error the loops only ask about effects that exist
  const needsSlot: Runs['needsSlot'] = ({ effect }) => effect === 'plcae';
  expect([own, shared, misspelt]).toHaveLength(3);
  expect([typeof decides, typeof needsSlot]).toEqual(['function', 'function']);
});

test('a kind carries out its own effects, and gets no other one', () => {
  const carriesOut: ActingKind<RunState, RunEffectName>['perform'] = (call, stored, context) =>
    RUN_EFFECTS[call.effect](stored, call.vm, context);
  // @ts-expect-error an effect of VMs is carried out for all kinds
  const takesMore = (call: Parameters<typeof carriesOut>[0]): boolean => call.effect === 'insert';
  const decides: Runs['decide'] = decide;
  expect([typeof carriesOut, typeof takesMore, decides]).toEqual(['function', 'function', decide]);
});
