// The options of `image build`: each alone, and which of them go together.
import {
  BUILD_SECONDS,
  DISK_GB,
  IMAGE_NAME_RULE,
  isImageName,
  isVariableName,
  parseImage,
  parseWith,
  typeName,
  VARIABLE_RULE,
} from '@mymlops/protocol';
import { parseDuration } from '../config/duration';
import { diskSize } from '../config/schema-types';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

export interface BuildOptions {
  setup?: string;
  file?: string[];
  secret?: string[];
  profile?: string;
  gpu?: boolean;
  machineType?: string;
  baseImage?: string;
  disk?: string;
  maxTime?: string;
  /** Our own setup, with what notebooks need. */
  base?: boolean;
  rebuild?: boolean;
  /** False: return as soon as the request is accepted. */
  follow?: boolean;
}

export interface CheckedOptions {
  /** The image to build. */
  name: string;
  /** Path of the setup; absent, our own. */
  setup?: string;
  secrets: string[];
  maxBuildSeconds: number;
  diskGb?: number;
}

/** Names of the images of `--base`. */
const BASES = { cpu: 'cpu', gpu: 'gpu' } as const;
/** `--base` chooses both itself. */
const NOT_WITH_BASE = { setup: '--setup', file: '--file', secret: '--secret', profile: '--profile' } as const;
const LEAST_SECONDS = 60;

const wrong = (message: string): ExpectedError => new ExpectedError(message, EXIT.usage);

/** Throws ExpectedError for the first option that cannot be used. */
export function checkOptions(given: string | undefined, options: BuildOptions): CheckedOptions {
  const { name, setup } = options.base ? baseNames(given, options) : ownNames(given, options);
  const { machineType, baseImage } = options;
  if (machineType !== undefined && !parseWith(typeName, machineType).ok) {
    throw wrong(
      `--machine-type must be one of Compute Engine's machine types, such as e2-standard-4, not ${machineType}.`,
    );
  }
  if (baseImage !== undefined && parseImage(baseImage) === null) {
    throw wrong(
      `--base-image must be an image: NAME, family/NAME, or projects/P/global/images/family/NAME, not ${baseImage}.`,
    );
  }
  const secrets = [...new Set(options.secret)];
  const unusable = secrets.find((secret) => !isVariableName(secret));
  if (unusable !== undefined) {
    throw wrong(`${JSON.stringify(unusable)} cannot be the name of a secret: ${VARIABLE_RULE}.`);
  }
  const diskGb = diskOf(options.disk);
  return {
    ...{ name, secrets, maxBuildSeconds: secondsOf(options.maxTime) },
    ...(setup !== undefined && { setup }),
    ...(diskGb !== undefined && { diskGb }),
  };
}

function baseNames(given: string | undefined, options: BuildOptions): { name: string; setup?: undefined } {
  if (given !== undefined) {
    const both = Object.values(BASES).join(' or ');
    throw wrong(`--base names its image itself (${both}). Leave out ${given}, or give --setup instead of --base.`);
  }
  const other = Object.entries(NOT_WITH_BASE).find(([option]) => options[option as keyof typeof NOT_WITH_BASE]);
  if (other) throw wrong(`--base has a setup of its own: ${other[1]} does not go with it. Leave one of them out.`);
  return { name: options.gpu ? BASES.gpu : BASES.cpu };
}

function ownNames(given: string | undefined, options: BuildOptions): { name: string; setup: string } {
  const { setup, gpu, profile, baseImage } = options;
  if (given === undefined)
    throw wrong('Name the image: mymlops-client image build NAME --setup FILE, or image build --base');
  if (!isImageName(given)) throw wrong(`${JSON.stringify(given)} cannot be used: ${IMAGE_NAME_RULE}.`);
  if (setup === undefined) {
    throw wrong(`Give the script that prepares the image: mymlops-client image build ${given} --setup FILE`);
  }
  if (gpu && profile !== undefined) throw wrong('--gpu and --profile each choose the base. Leave one of them out.');
  if (gpu && baseImage !== undefined)
    throw wrong('--gpu and --base-image each choose the base. Leave one of them out.');
  return { name: given, setup };
}

function diskOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseWith(diskSize, text);
  if (parsed.ok) return parsed.value;
  throw wrong(`--disk must be a size in GB, such as 200, from ${DISK_GB.least} to ${DISK_GB.most}, not ${text}.`);
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return BUILD_SECONDS.default;
  const seconds = parseDuration(text);
  if (seconds === null) throw wrong(`--max-time must be a duration such as 30m or 2h, not ${text}.`);
  if (seconds < LEAST_SECONDS || seconds > BUILD_SECONDS.most) {
    throw wrong(`--max-time must be from 1m to ${BUILD_SECONDS.most / 3600}h, not ${text}.`);
  }
  return seconds;
}
