// Checks that the schema cannot express: names that are defined elsewhere in the file, keys that exclude or require each
// other. Works on unchecked values, so that its errors are reported together with those of the schema.
import { pathTakenBy } from './command-end';
import { nearestKey } from '../core/nearest-key';

export interface MeaningProblem {
  path: PropertyKey[];
  message: string;
  /** The problem is the key, not its value. */
  ofKey?: boolean;
  /** Keys of which any one would solve the problem. */
  lacks?: PropertyKey[][];
}

type Mapping = Record<string, unknown>;
const SECTIONS = ['commit', 'start'] as const;

export function checkMeaning(values: unknown): MeaningProblem[] {
  const file = mappingOf(values);
  const profiles = Object.entries(mappingOf(file['profiles'])).map(([name, profile]) => ({
    name,
    profile: mappingOf(profile),
  }));
  const places = [
    ...SECTIONS.map((section) => ({ path: [section, 'instance'], value: mappingOf(file[section])['instance'] })),
    ...profiles.flatMap(({ name, profile }) =>
      SECTIONS.map((section) => ({
        path: ['profiles', name, section, 'instance'],
        value: mappingOf(profile[section])['instance'],
      })),
    ),
  ];
  const types = mappingOf(file['instance_types']);
  const typePlaces = Object.entries(types).map(([name, value]) => ({ path: ['instance_types', name], value }));
  return [
    ...places.flatMap(({ path, value }) => checkType(path, value, Object.keys(types))),
    ...[...places, ...typePlaces].flatMap(({ path, value }) => checkDiskSource(path, mappingOf(value))),
    ...places.slice(0, SECTIONS.length).flatMap(({ path, value }) => checkCount(path, mappingOf(value))),
    ...profiles.flatMap(({ name, profile }) => checkProfile(name, profile, file)),
    ...checkCommand(['commit'], file['commit']),
    ...profiles.flatMap(({ name, profile }) => checkCommand(['profiles', name, 'commit'], profile['commit'])),
    ...checkSoftStop(['start'], file['start']),
    ...profiles.flatMap(({ name, profile }) => checkSoftStop(['profiles', name, 'start'], profile['start'])),
  ];
}

function checkType(path: string[], value: unknown, types: string[]): MeaningProblem[] {
  const isName = typeof value === 'string';
  const type = isName ? value : mappingOf(value)['type'];
  if (typeof type !== 'string' || types.includes(type)) return [];
  const meant = nearestKey(type, types);
  const known = types.length > 0 ? `its instance_types: ${types.join(', ')}` : 'the file has no instance_types';
  const message = `no such instance type; ${meant ? `did you mean ${meant}?` : known}`;
  return [
    { path: isName ? path : [...path, 'type'], message, ...(types.length === 0 && { lacks: [['instance_types']] }) },
  ];
}

function checkDiskSource(path: string[], machine: Mapping): MeaningProblem[] {
  if (!isGiven(machine['image']) || !isGiven(machine['snapshot'])) return [];
  return [
    {
      path: [...path, 'image'],
      message: 'a disk is created from an image or from a snapshot, not both: remove one of them',
      ofKey: true,
    },
  ];
}

/** With an instance type, or in a profile, the accelerator may be defined elsewhere. */
function checkCount(path: string[], machine: Mapping): MeaningProblem[] {
  if (!isGiven(machine['accelerator_count']) || isGiven(machine['accelerator']) || isGiven(machine['type'])) return [];
  return [
    {
      path: [...path, 'accelerator_count'],
      message: 'needs accelerator (the GPU type) beside it, such as nvidia-tesla-t4',
      ofKey: true,
    },
  ];
}

function checkCommand(path: string[], commit: unknown): MeaningProblem[] {
  const { command } = mappingOf(commit);
  const taker = typeof command === 'string' ? pathTakenBy(command) : undefined;
  if (taker === undefined) return [];
  const message = `ends in ${taker}, so no program receives the notebook's path, which is appended: end with the program that runs the notebook, or move the command into a script`;
  return [{ path: [...path, 'command'], message }];
}

function checkSoftStop(path: string[], start: unknown): MeaningProblem[] {
  const { soft_stop: softStop, max_run: maxRun } = mappingOf(start);
  if (!isGiven(softStop) || !isGiven(maxRun)) return [];
  return [{ path: [...path, 'max_run'], message: 'is another name of soft_stop: remove one of them', ofKey: true }];
}

/** Keys that a profile must have because the section to take them from is missing. */
function checkProfile(name: string, profile: Mapping, file: Mapping): MeaningProblem[] {
  const problems: MeaningProblem[] = [];
  for (const section of SECTIONS) {
    const changes = profile[section];
    if (!isGiven(changes)) continue;
    const base = mappingOf(file[section]);
    const path = ['profiles', name, section];
    const lacks = (key: string): boolean => !isGiven(mappingOf(changes)[key]) && !isGiven(file[section]);
    if (section === 'commit' && lacks('command')) problems.push(missing([...path, 'command'], [section]));
    for (const repository of ['repository', 'output_repository']) {
      const change = mappingOf(changes)[repository];
      if (!isGiven(change) || isGiven(mappingOf(change)['url']) || isGiven(base[repository])) continue;
      problems.push(missing([...path, repository, 'url'], [section, repository]));
    }
  }
  return problems;
}

const missing = (path: string[], base: string[]): MeaningProblem => ({
  path,
  message: `is missing, and so is ${base.join('.')}, from which it would be taken`,
  lacks: [path, base, base.slice(0, 1)],
});

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function mappingOf(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
