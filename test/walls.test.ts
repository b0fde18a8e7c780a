// Each wall between the rooms is broken once, and lint complains (docs/development.md names the walls).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { complaintsAbout, type Import } from './lint-complaints';

const STAND_INS = ['firestore', 'pubsub', 'compute', 'storage', 'secrets', 'metadata', 'emulators'];
const CLIENT_ROOMS = readdirSync(join(__dirname, '../client/src'), { withFileTypes: true })
  .filter((one) => one.isDirectory() && one.name !== 'google')
  .map(({ name }) => name);

const type = (file: string, from: string): Import => ({ file, from });
const value = (file: string, from: string): Import => ({ file, from, isValue: true });
const below = (folder: string, imports: readonly Import[]): Import[] =>
  imports.map((one) => ({ ...one, file: `${folder}/${one.file}` }));

const PROTOCOL = below('protocol', [
  type('src/google.ts', '@google-cloud/firestore'),
  type('src/vm/google.ts', '@google-cloud/compute'),
  type('src/vm/functions.ts', '../../../functions/src/config'),
  type('src/client.ts', '../../client/src/main'),
  value('google/src/library.ts', '@google-cloud/storage'),
  type('google/src/functions.ts', '../../../functions/src/config'),
]);

const FUNCTIONS = below('functions/src', [
  value('index.ts', './google/bucket'),
  type('config.ts', '@google-cloud/firestore'),
  type('context.ts', '../../client/src/main'),
  value('stocked-out-zones.ts', './engine/slots'),
  type('engine/google.ts', '@google-cloud/firestore'),
  type('engine/ports.ts', '../ports/compute'),
  type('engine/runs.ts', './run/decide'),
  type('engine/schema.ts', 'zod'),
  type('engine/vm/runs.ts', '../run/attempts'),
  type('engine/vm/ports.ts', '../../ports/compute'),
  type('engine/run/effects.ts', '../../effects/run/place-attempt'),
  value('ports/engine.ts', '../engine/slots'),
  type('ports/control.ts', '../control/kind'),
  type('effects/control.ts', '../control/change'),
  type('effects/runs.ts', '../engine/run/attempts'),
  type('effects/own-runs.ts', './run/place-attempt'),
  type('effects/vm/runs.ts', '../../engine/run/attempts'),
  type('effects/vm/effects.ts', '../run/place-attempt'),
  type('effects/run/google.ts', '../../google/bucket'),
  type('effects/run/sweep.ts', '../../sweep/sweep'),
  value('control/change.ts', '../effects/slots'),
  type('control/sweep.ts', '../sweep/sweep'),
  type('control/message.ts', '../handlers/request'),
  type('control/report.ts', '../engine/run/attempts'),
  type('control/advance.ts', '../engine/run/attempts'),
  type('control/reap.ts', '../effects/run/place-attempt'),
  type('control/google.ts', '../google/bucket'),
  type('sweep/effects.ts', '../effects/slots'),
  type('sweep/advance.ts', '../control/advance'),
  type('sweep/kinds.ts', '../control/kinds'),
  type('sweep/runs.ts', '../engine/run/attempts'),
  type('sweep/handlers.ts', '../handlers/sweep'),
  ...['control', 'sweep', 'handlers'].flatMap((room) =>
    ['config', 'context', 'index'].map((outer) => type(`${room}/${outer}.ts`, `../${outer}`)),
  ),
  type('handlers/effects.ts', '../effects/slots'),
  type('handlers/google.ts', '../google/bucket'),
  type('handlers/library.ts', '@google-cloud/pubsub'),
  value('google/policy.ts', '../engine/slots'),
  type('google/control.ts', '../control/change'),
  value('google/compute/policy.ts', '../../engine/vm/record'),
  type('google/compute/sweep.ts', '../../sweep/sweep'),
]);

/** A file has one import: these break the walls of files that are in the table already. */
const ROOTS = below('functions/src', [
  type('index.ts', '@google-cloud/firestore'),
  value('config.ts', './engine/slots'),
  type('context.ts', './handlers/request'),
  type('stocked-out-zones.ts', './google/bucket'),
]);
const MORE_ROOTS = below('functions/src', [
  type('index.ts', './control/advance'),
  type('config.ts', './ports/bus'),
  type('context.ts', './sweep/sweep'),
]);

/** Rooms for what is sent, and those that use them. */
const INNER_ROOMS = ['git', 'local', 'config', 'snapshot', 'parameters'];
const OUTER_ROOMS = ['runs', 'results', 'logs', 'init', 'deployment', 'commands'];

const CLIENT = below('client/src', [
  ...CLIENT_ROOMS.flatMap((room) => [
    type(`${room}/google.ts`, '@google-cloud/storage'),
    type(`${room}/grpc.ts`, '@grpc/grpc-js'),
  ]),
  ...[...CLIENT_ROOMS, 'google'].flatMap((room) => [
    type(`${room}/functions.ts`, '../../../functions/src/config'),
    type(`${room}/local-cloud.ts`, '../../../deploy/local/main'),
    type(`${room}/process.ts`, '../main'),
    type(`${room}/command.ts`, '../commands/commit'),
  ]),
  type('runs/commit/google.ts', '@google-cloud/storage'),
  type('cli/definitions/google.ts', '@google-cloud/pubsub'),
  type('cli/completion/command.ts', '../../commands/commit'),
  type('cli/runs.ts', '../runs/follow'),
  type('cli/config.ts', '../config/schema'),
  type('cli/definitions/runs.ts', '../../runs/follow'),
  type('cli/definitions/words.ts', '../program'),
  type('cli/completion/program.ts', '../program'),
  ...INNER_ROOMS.flatMap((room) => OUTER_ROOMS.map((outer) => type(`${room}/${outer}.ts`, `../${outer}/other`))),
  ...OUTER_ROOMS.map((room) => type(`${room}/words.ts`, '../cli/program')),
  type('google/policy.ts', '../runs/find-run'),
  type('google/files.ts', '../local/state-folder'),
  type('core/view.ts', '../view/table'),
  type('files/local.ts', '../local/programs'),
  type('view/run.ts', '../runs/follow'),
  type('notebook/config.ts', '../config/schema'),
]);

const LOCAL = below('deploy/local', [
  ...STAND_INS.map((room) => type(`${room}/other.ts`, room === 'pubsub' ? '../compute' : '../pubsub')),
  ...STAND_INS.map((room) => type(`${room}/cloud.ts`, '../cloud')),
  type('compute/deep.ts', '../metadata/tree'),
  type('emulators/main.ts', '../main'),
  type('storage/process.ts', '../process/settings'),
  type('shared/state.ts', '../state/journal'),
  type('shared/stand-in.ts', '../pubsub/state'),
  type('state/process.ts', '../process/settings'),
  type('state/stand-in.ts', '../compute'),
  type('functions/state.ts', '../state/state-folder'),
  type('functions/stand-in.ts', '../storage'),
  type('process/stand-in.ts', '../compute/destroy'),
  type('process/cloud.ts', '../cloud'),
  type('mymlops.ts', '../../functions/src/config'),
  ...[...STAND_INS, 'shared', 'state', 'process', 'functions'].flatMap((room) => [
    value(`${room}/library.ts`, '@google-cloud/storage'),
    type(`${room}/protos.ts`, '@google-cloud/pubsub/build/protos/protos'),
  ]),
  value('cloud.ts', '@google-cloud/firestore'),
  value('pubsub/grpc-api.ts', '@google-cloud/pubsub'),
  type('compute/functions.ts', '../../../functions/src/config'),
  type('process/client.ts', '../../../client/src/main'),
]);

test.each([
  ['the protocol', PROTOCOL],
  ['the functions', FUNCTIONS],
  ['the root of the functions', ROOTS],
  ['the root of the functions, their rooms', MORE_ROOTS],
  ['the client', CLIENT],
  ['the local cloud', LOCAL],
])('what no room of %s may import is refused', async (_name, forbidden) => {
  const expected = forbidden.map(({ file }) => `${file} no-restricted-imports`);
  expect(await complaintsAbout(forbidden)).toEqual(expected.toSorted());
});

test.each(['protocol/src', 'functions/src/engine', 'client/src/view', 'deploy/local/shared', 'test/fakes'])(
  'a circle of imports in %s is refused, of types too',
  async (room) => {
    const circle = below(room, [type('there.ts', './back'), type('back.ts', './there')]);
    expect(await complaintsAbout(circle)).toEqual([`${room}/back.ts no-cycle`, `${room}/there.ts no-cycle`]);
  },
);

test('the doors between the rooms are open', async () => {
  const open = [
    ...below('functions/src', [
      value('engine/vm/action.ts', '../action'),
      value('engine/run/vm.ts', '../vm/record'),
      type('ports/engine.ts', '../engine/vm/identity'),
      value('effects/vm/engine.ts', '../../engine/vm/record'),
      value('effects/run/vm.ts', '../vm/place'),
      value('control/advance.ts', '../effects/slots'),
      type('control/kind.ts', '../effects/effect'),
      value('control/kinds.ts', '../engine/run/kind'),
      value('sweep/change.ts', '../control/change'),
      value('handlers/sweep.ts', '../sweep/sweep'),
      type('google/ports.ts', '../ports/bus'),
      value('google/library.ts', '@google-cloud/pubsub'),
      value('index.ts', '@google-cloud/functions-framework'),
      type('config.ts', './engine/vm/permission'),
      value('context.ts', './sweep/time-awake'),
      type('sweep/live.ts', './context'),
    ]),
    ...below('client/src', [
      type('google/library.ts', '@google-cloud/storage'),
      type('google/target.ts', '../config/target'),
      type('cli/definitions/command.ts', '../../commands/commit'),
      type('commands/completion.ts', '../cli/completion/fish'),
      type('runs/commit/snapshot.ts', '../../snapshot/snapshot'),
      type('view/core.ts', '../core/context'),
      type('cli/files.ts', '../files/find-on-path'),
      type('cli/definitions/definition.ts', '../definition'),
    ]),
    ...below('deploy/local', [
      ...STAND_INS.flatMap((room) => [
        type(`${room}/allowed.ts`, '../shared/http'),
        type(`${room}/allowed-too.ts`, '../state/journal'),
      ]),
      type('state/allowed.ts', '../shared/log'),
      type('functions/allowed.ts', '../shared/clock'),
      type('process/allowed.ts', '../state/lock'),
      type('services.ts', './pubsub'),
      value('pubsub/grpc-api.ts', '@google-cloud/pubsub/build/protos/protos.json'),
      value('firestore/definition.ts', '../../../node_modules/@google-cloud/firestore/build/protos/v1.json'),
      value('functions/functions-host.ts', '@google-cloud/functions-framework/testing'),
    ]),
  ];
  expect(await complaintsAbout(open)).toEqual([]);
});
