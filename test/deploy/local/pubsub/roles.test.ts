// Who may publish where.
import { publishRoles } from '../../../../deploy/local/pubsub/roles';

test.each([
  ['projects/local/topics/mymlops-events', ['owner', 'vm']],
  ['projects/local/topics/mymlops-requests', ['owner']],
  ['projects/local/topics/mymlops-sweeps', ['owner']],
  ['projects/local/topics/mymlops-events-dead', ['owner']],
  ['projects/local/topics/events', ['owner']],
  ['projects/local/topics/other-events', ['owner']],
  ['', ['owner']],
])('%s: %j', (topic, roles) => {
  expect(publishRoles(topic, ['mymlops-events'])).toEqual(roles);
});
