// Text that Terraform must not take for an expression.
import { rootText } from '../../../client/src/deployment/root-text';
import { withoutExpressions } from '../../../client/src/deployment/literal';

test.each([
  ['${path.root}', '$${path.root}'],
  ['%{ for a in b }', '%%{ for a in b }'],
  ['$5 and 100 %, $$, { }', '$5 and 100 %, $$, { }'],
  ['a$b{c', 'a$b{c'],
])('%s', (text, written) => {
  expect(withoutExpressions(text)).toBe(written);
});

test('a user that looks like an expression stays text in main.tf', () => {
  const root = { project: 'my-project', region: 'us-east1', deployment: 'mymlops', bucketSuffix: 'bcdfghjk' };
  expect(rootText({ ...root, users: ['user:${path.root}@b.c'] }, './m')).toContain(
    'users = ["user:$${path.root}@b.c"]',
  );
});
