// A password in an address would be readable in documents and metadata.
import { repositoryUrl } from '@mymlops/protocol';

test.each<[url: string, isTaken: boolean]>([
  ['https://github.com/a/b.git', true],
  ['ssh://git@github.com/a/b.git', true],
  ['git@github.com:a/b.git', true],
  ['/srv/results.git', true],
  ['./results:old', true],
  ['$MYMLOPS_HOME/repositories/out.git', true],
  ['https://ada:secret@github.com/a/b.git', false],
  ['HTTPS://ada:secret@github.com/a/b.git', false],
  ['ssh://git:secret@github.com/a/b.git', false],
  // A token stands where a name would.
  ['https://ghp_0123456789@github.com/a/b.git', false],
  ['http://token@host/a', false],
  ['', false],
])('%j', (url, isTaken) => {
  expect(repositoryUrl.safeParse(url).success).toBe(isTaken);
});
