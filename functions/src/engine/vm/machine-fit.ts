// Whether the parts of a machine spec fit together, by what Compute Engine says of the machine type. Google refuses the others at
// the end of an insert. Pure.
import {
  attachesToN1,
  countsOnN1,
  gpuMemoryGb,
  takesGpus,
  type CheckFinding,
  type IncludedGpus,
  type MachineFacts,
  type MachineSpec,
} from '@mymlops/protocol';

/** A finding about a subject that the caller names. */
export type Problem = Omit<CheckFinding, 'subject'>;

const SEE_GPUS = 'to see which there are: mymlops-client gpus';

/** `facts`: of the spec's machine type. */
export function fitProblems(spec: Pick<MachineSpec, 'accelerator'>, facts: MachineFacts): Problem[] {
  const misfit = misfitOf(spec, facts);
  if (misfit) return [{ severity: 'error', ...misfit }];
  const problem = memoryProblem(facts, gpusOf(spec, facts));
  return problem ? [{ severity: 'warning', ...problem }] : [];
}

/** All GPUs of the VM. */
function gpusOf({ accelerator }: Pick<MachineSpec, 'accelerator'>, { gpus }: MachineFacts): IncludedGpus[] {
  return gpus.length > 0 || accelerator === undefined ? gpus : [accelerator];
}

type Sentences = Pick<CheckFinding, 'problem' | 'remedy'>;

/** https://cloud.google.com/compute/docs/gpus: GPUs are attached to N1, or come with the machine type. */
function misfitOf({ accelerator }: Pick<MachineSpec, 'accelerator'>, facts: MachineFacts): Sentences | undefined {
  if (accelerator === undefined) return undefined;
  const { type, count } = accelerator;
  const [included] = facts.gpus;
  if (included) {
    if (isSameGpu(type, included.type) && count === included.count) return undefined;
    return {
      problem: `asks for ${count} ${type}, and the machine type ${facts.name} comes with ${included.count} ${included.type}`,
      remedy: `Leave accelerator out, or choose the machine type that has the GPUs; ${SEE_GPUS}`,
    };
  }
  if (!attachesToN1(type)) {
    return {
      problem: `asks for a GPU of type ${type}, which comes with machine types of its own, and not with ${facts.name}`,
      remedy: `Choose one of them; ${SEE_GPUS}`,
    };
  }
  if (!takesGpus(facts.name)) {
    return {
      problem: `asks for a GPU of type ${type}, which can be attached to machine types of the series N1, and not to ${facts.name}`,
      remedy: 'Choose one such as n1-standard-8',
    };
  }
  return misfitOnN1(accelerator, facts);
}

function misfitOnN1({ type, count }: IncludedGpus, { name, vcpus }: MachineFacts): Sentences | undefined {
  const counts = countsOnN1(type);
  const most = counts.find((one) => one.count === count)?.mostVcpus;
  if (most === undefined) {
    const possible = counts.map((one) => one.count).join(', ');
    return { problem: `asks for ${count} GPUs of type ${type}`, remedy: `A VM has ${possible} of them` };
  }
  if (vcpus <= most) return undefined;
  const smaller = SIZES_OF_N1.findLast((size) => size <= most) ?? 1;
  const more = counts.find(({ mostVcpus }) => vcpus <= mostVcpus);
  return {
    problem: `asks for ${count} ${type}, with which a VM has at most ${most} virtual CPUs, and ${name} has ${vcpus}`,
    remedy: `Choose at most ${most} virtual CPUs, such as n1-standard-${smaller}${more ? `, or ${more.count} of these GPUs` : ''}`,
  };
}

/** Virtual CPUs of the predefined types of the series. */
const SIZES_OF_N1 = [1, 2, 4, 8, 16, 32, 64, 96];

/** `nvidia-l4-vws` is the same GPU with a licence. */
const isSameGpu = (one: string, other: string): boolean => one.replace(/-vws$/, '') === other.replace(/-vws$/, '');

/** More memory than that for each GB of the GPU is paid for, and seldom used. */
const MOST_GB_FOR_ONE = 8;

/** The data of a GPU passes through the memory of its VM. */
function memoryProblem({ name, memoryMb }: MachineFacts, gpus: readonly IncludedGpus[]): Sentences | undefined {
  const sizes = gpus.map(({ type, count }) => (gpuMemoryGb(type) ?? NaN) * count);
  const gpuGb = sizes.reduce((sum, size) => sum + size, 0);
  if (gpus.length === 0 || Number.isNaN(gpuGb)) return undefined;
  const gb = Math.round(memoryMb / 1024);
  const figures = `has ${gb} GB of memory for ${gpuGb} GB of GPU memory (${name} with ${gpus.map(({ type, count }) => `${count} ${type}`).join(', ')})`;
  if (gb < gpuGb) {
    return {
      problem: `${figures}: a model that fills the GPU does not fit into memory on its way there`,
      remedy: 'Choose a machine type with two to four times as much memory as its GPUs have, if your models are large',
    };
  }
  if (gb <= MOST_GB_FOR_ONE * gpuGb) return undefined;
  return {
    problem: `${figures}, which is more than most notebooks can use`,
    remedy: 'Choose a machine type with two to four times as much memory as its GPUs have',
  };
}
