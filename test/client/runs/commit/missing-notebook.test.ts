import { refuseMissing } from '../../../../client/src/runs/commit/missing-notebook';
import { useTempFolders, writeFiles } from '../../temp-folder';

const tempFolder = useTempFolders();

function told(name: string): string {
  const folder = tempFolder();
  writeFiles(folder, {
    'notebooks/train.ipynb': '',
    'notebooks/deep/er/evaluate.ipynb': '',
    'notebooks/deep/er/est/hidden.ipynb': '',
    'node_modules/x/predict.ipynb': '',
    'plot.ipynb': '',
    'train.py': '',
  });
  try {
    refuseMissing(name, folder);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  ['notebooks/tran.ipynb', ' Did you mean notebooks/train.ipynb?'],
  ['notebook/train.ipynb', ' Did you mean notebooks/train.ipynb?'],
  ['train.ipynb', ' Did you mean notebooks/train.ipynb?'],
  ['./plott.ipynb', ' Did you mean plot.ipynb?'],
  ['plot.ipnyb', ' Did you mean plot.ipynb?'],
  ['predict.ipynb', ''],
  ['something-else.ipynb', ''],
])('%s does not exist, and the nearest is named', (name, hint) => {
  expect(told(name)).toBe(`${name} does not exist.${hint}`);
});

test('what is there is not looked at', () => {
  expect(told('train.py')).toBe('');
});

test.each(['', ' '])('%j was reported as a folder', (name) => {
  expect(told(name)).toBe(`${JSON.stringify(name)} is not a notebook. Give the name of an .ipynb file.`);
});
