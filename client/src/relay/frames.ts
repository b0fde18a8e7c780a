// The frames of Google's relay for TCP connections (Identity-Aware Proxy), as gcloud's own client speaks them. Pure.
// https://cloud.google.com/iap/docs/tcp-forwarding-overview

export const SUBPROTOCOL = 'relay.tunnel.cloudproxy.app';
/** The relay takes a connection from no other. */
export const ORIGIN = 'bot:iap-tunneler';
/** Bytes of data in one frame. */
export const MAX_DATA = 16_384;

const TAGS = { connected: 0x0001, data: 0x0004, ack: 0x0007 } as const;
const TAG_BYTES = 2;
const LENGTH_BYTES = 4;

export type Frame =
  /** The relay has reached the port. */
  | { type: 'connected' }
  | { type: 'data'; data: Buffer }
  /** So many bytes of data have arrived in all. */
  | { type: 'ack'; bytes: number };

export function dataFrame(data: Buffer): Buffer {
  const head = Buffer.alloc(TAG_BYTES + LENGTH_BYTES);
  head.writeUInt16BE(TAGS.data, 0);
  head.writeUInt32BE(data.length, TAG_BYTES);
  return Buffer.concat([head, data]);
}

export function ackFrame(bytes: number): Buffer {
  const frame = Buffer.alloc(TAG_BYTES + 8);
  frame.writeUInt16BE(TAGS.ack, 0);
  frame.writeBigUInt64BE(BigInt(bytes), TAG_BYTES);
  return frame;
}

/** Undefined for a frame of a kind that is not known: those are passed over. Throws RangeError for one that is cut. */
export function readFrame(message: Buffer): Frame | undefined {
  switch (message.readUInt16BE(0)) {
    case TAGS.connected:
      return { type: 'connected' };
    case TAGS.data: {
      const end = TAG_BYTES + LENGTH_BYTES + message.readUInt32BE(TAG_BYTES);
      if (message.length < end) throw new RangeError('a frame of the relay is cut');
      return { type: 'data', data: message.subarray(TAG_BYTES + LENGTH_BYTES, end) };
    }
    case TAGS.ack:
      return { type: 'ack', bytes: Number(message.readBigUInt64BE(TAG_BYTES)) };
    default:
      return undefined;
  }
}
