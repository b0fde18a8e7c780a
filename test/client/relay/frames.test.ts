// Frames of the relay, byte by byte.
import { ackFrame, dataFrame, readFrame } from '../../../client/src/relay/frames';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('frames that are sent', () => {
  expect(dataFrame(Buffer.from('ab')).toString('hex')).toBe('0004000000026162');
  expect(ackFrame(32_769).toString('hex')).toBe('00070000000000008001');
});

test.each([
  ['the port is reached', '0001 00000003 736964', { type: 'connected' }],
  ['data', '0004 00000002 6162', { type: 'data', data: Buffer.from('ab') }],
  ['no data', '0004 00000000', { type: 'data', data: Buffer.alloc(0) }],
  ['an acknowledgement', '0007 0000000000008001', { type: 'ack', bytes: 32_769 }],
  ['a kind that is not known', '0063 00', undefined],
])('%s', (_, bytes, frame) => {
  expect(readFrame(hex(bytes))).toEqual(frame);
});

test.each(['', '00', '0004', '0004 0000', '0004 00000003 6162', '0007 00'])('a frame that is cut: %j', (bytes) => {
  expect(() => readFrame(hex(bytes))).toThrow(/range|outside|cut/);
});
