import type { BodyReading } from './body-reading.js';
import { GrowingBuffer } from './growing-buffer.js';
import { FREE_BYTES } from './upload-budget.js';

/** Gathers a body of at most so many bytes. */
export function readWhole(reading: BodyReading, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let most = maxBytes;
    const gathered = new GrowingBuffer((needed, held) => {
      const length = Math.max(needed, Math.min(Math.max(2 * held, FREE_BYTES), most));
      reading.reserve(length);
      return length;
    });
    reading.start({
      expect(bytes) {
        reading.checkRoom(bytes);
        most = bytes || maxBytes;
      },
      take: (chunk) => gathered.append(chunk),
      finish: () => resolve(gathered.bytes),
      fail: reject,
    });
  });
}
