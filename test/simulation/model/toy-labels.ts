// How the VMs and disks of the toy of a history can be told.
export const TOY = 'doll';
const LABEL = 'mymlops-toy';
/** Its number among those of the toy. */
export const TOY_VM = 'mymlops-toy-vm';

export const isToys = ({ labels }: { labels: Record<string, string> }): boolean => labels[LABEL] === TOY;
