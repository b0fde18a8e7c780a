// Resource names.
import { checkDatabase, childPath, parseDocumentName, parseParent } from '../../../../deploy/local/firestore/names';

const DATABASE = 'projects/p/databases/d';
const DOCUMENTS = `${DATABASE}/documents`;

test('a document name is taken apart', () => {
  expect(parseDocumentName(`${DOCUMENTS}/runs/x/events/1`)).toEqual({
    full: `${DOCUMENTS}/runs/x/events/1`,
    database: DATABASE,
    path: 'runs/x/events/1',
    collection: 'runs/x/events',
    id: '1',
  });
});

test.each([
  ['a collection', `${DOCUMENTS}/runs`],
  ['the root', DOCUMENTS],
  ['a database', DATABASE],
  ['an empty id', `${DOCUMENTS}/runs/`],
  ['a dot', `${DOCUMENTS}/runs/.`],
  ['two dots', `${DOCUMENTS}/runs/..`],
  ['a reserved id', `${DOCUMENTS}/runs/__x__`],
  ['an id over 1500 bytes', `${DOCUMENTS}/runs/${'é'.repeat(751)}`],
])('%s is not a document name', (_what, name) => {
  expect(() => parseDocumentName(name)).toThrow();
});

test('a document of another database is refused', () => {
  expect(() => parseDocumentName(`${DOCUMENTS}/runs/x`, 'projects/p/databases/other')).toThrow('not in the database');
  expect(parseDocumentName(`${DOCUMENTS}/runs/x`, DATABASE).id).toBe('x');
});

test('the root is the parent of the first collections', () => {
  expect(parseParent(DOCUMENTS)).toEqual({ database: DATABASE, path: '' });
  expect(childPath('', 'runs')).toBe('runs');
  expect(childPath('runs/x', 'events')).toBe('runs/x/events');
});

test.each([DATABASE, 'projects/p/databases/(default)'])('%s is a database', (name) => {
  expect(checkDatabase(name)).toBe(name);
});

test.each(['', 'projects/p', `${DATABASE}/documents`, 'projects//databases/d'])('%j is not a database', (name) => {
  expect(() => checkDatabase(name)).toThrow('not a database name');
});
