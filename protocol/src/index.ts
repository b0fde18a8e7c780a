// The words the parts say to each other: pure types, parsers and names. Imports nothing of ours.
export * from './boot-source';
export * from './branch-name';
export * from './canary';
export * from './control';
export * from './endpoints';
export * from './limit';
export * from './instance-request';
export * from './names';
export * from './outcome';
export * from './parse';
export * from './paths';
export * from './reasons';
export * from './report';
export * from './request';
export * from './run-id';
export * from './run';
export * from './vm-metadata';
