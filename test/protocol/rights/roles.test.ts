// The custom roles hold exactly the rights: each permission of an identity on a resource is in its role there, and nothing else.
import { RIGHTS, roleId, rolesOf, type Identity } from '@mymlops/protocol';

test('roles give exactly the rights', () => {
  const given = rolesOf().flatMap(({ identity, permissions, resources }) =>
    resources.flatMap((on) => permissions.map((permission) => `${identity} ${on} ${permission}`)),
  );
  const needed = (Object.keys(RIGHTS) as Identity[]).flatMap((identity) =>
    RIGHTS[identity].flatMap(({ on, permissions }) =>
      permissions.map((permission) => `${identity} ${on} ${permission}`),
    ),
  );
  expect(given.toSorted()).toEqual(needed.toSorted());
});

test('each role has an id of its own', () => {
  const ids = rolesOf().map((role) => roleId('a-b', role));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('a_b_agent_results');
  expect(ids).toContain('a_b_client_topic');
});

test('a deployment has 23 of the 300 roles that a project may have', () => {
  expect(rolesOf()).toHaveLength(23);
});
