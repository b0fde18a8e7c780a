// Tests on a real VM, one at a time: `npm run test:vm`. They need what `npm test` does not: QEMU, root and packages of Debian.
import shared from '../../jest.config.mjs';

export default {
  ...shared,
  rootDir: '../..',
  roots: ['<rootDir>/test/real-vm'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
};
