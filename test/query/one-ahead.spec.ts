import { setImmediate as turn } from 'node:timers/promises';
import { oneAhead } from '../../lib/query/one-ahead.js';

/** Pages 1, 2, …, the last of which fails; `asked` is how many were asked for. */
function pages(failing: number) {
  const source = { asked: 0, isOver: false, items: read() };
  return source;

  async function* read(): AsyncGenerator<number, void, undefined> {
    try {
      while (++source.asked < failing) yield source.asked;
      throw new Error('The database is gone');
    } finally {
      source.isOver = true;
    }
  }
}

describe('oneAhead()', () => {
  it('asks for one page while the one before it is used, and for no more', async () => {
    const source = pages(9);
    const items = await oneAhead(source.items);
    expect(source.asked).toBe(1);
    for await (const page of items) {
      await turn();
      expect(source.asked).toBe(page + 1);
      if (page === 3) break;
    }
    expect(source.isOver).toBe(true);
  });

  it('gives what came before a failure, and then the failure', async () => {
    const found: number[] = [];
    const read = async () => {
      for await (const page of await oneAhead(pages(3).items)) found.push(page);
    };
    await expect(read()).rejects.toThrow('The database is gone');
    expect(found).toEqual([1, 2]);
  });

  it('rejects where not even the first page comes, and takes the failure of a page that nobody wants', async () => {
    await expect(oneAhead(pages(1).items)).rejects.toThrow('The database is gone');
    for await (const page of await oneAhead(pages(2).items)) if (page === 1) break;
  });
});
